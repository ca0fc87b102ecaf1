CREATE TABLE "crew_member" (
	"vessel_id" text NOT NULL,
	"id" text NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"updated_at" bigint NOT NULL,
	"updated_by" text NOT NULL,
	"name" text NOT NULL,
	"rank" text NOT NULL,
	"on_board" boolean NOT NULL,
	CONSTRAINT "crew_member_vessel_id_id_pk" PRIMARY KEY("vessel_id","id")
);
--> statement-breakpoint
CREATE TABLE "equipment" (
	"vessel_id" text NOT NULL,
	"id" text NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"updated_at" bigint NOT NULL,
	"updated_by" text NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"location" text NOT NULL,
	"maker" text NOT NULL,
	"model" text NOT NULL,
	"serial_number" text NOT NULL,
	"criticality" text NOT NULL,
	"running_hours" double precision,
	CONSTRAINT "equipment_vessel_id_id_pk" PRIMARY KEY("vessel_id","id")
);
--> statement-breakpoint
CREATE TABLE "sync_conflicts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sync_conflicts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"vessel_id" text NOT NULL,
	"entity" text NOT NULL,
	"record_id" text NOT NULL,
	"field" text NOT NULL,
	"base" json,
	"heads" json NOT NULL,
	"opened_at" bigint NOT NULL,
	"settled_at" bigint
);
--> statement-breakpoint
CREATE TABLE "sync_head" (
	"vessel_id" text NOT NULL,
	"origin" text NOT NULL,
	"held" jsonb NOT NULL,
	"hash" text NOT NULL,
	"unapplied" jsonb NOT NULL,
	CONSTRAINT "sync_head_vessel_id_origin_pk" PRIMARY KEY("vessel_id","origin")
);
--> statement-breakpoint
CREATE TABLE "sync_journal" (
	"vessel_id" text NOT NULL,
	"origin" text NOT NULL,
	"number" bigint NOT NULL,
	"feed" bigint NOT NULL,
	"time" bigint NOT NULL,
	"at" bigint NOT NULL,
	"seen" json NOT NULL,
	"entity" text NOT NULL,
	"record_id" text NOT NULL,
	"operation" text NOT NULL,
	"fields" json NOT NULL,
	"before" json,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"device" text NOT NULL,
	"lane" text NOT NULL,
	"version" integer NOT NULL,
	"hash" text,
	"claimed" text,
	"applied" text NOT NULL,
	"stored_at" bigint NOT NULL,
	CONSTRAINT "sync_journal_vessel_id_origin_number_pk" PRIMARY KEY("vessel_id","origin","number")
);
--> statement-breakpoint
CREATE TABLE "sync_outbox" (
	"vessel_id" text NOT NULL,
	"number" bigint NOT NULL,
	"lane" text NOT NULL,
	"entity" text NOT NULL,
	"record_id" text NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "sync_outbox_vessel_id_number_pk" PRIMARY KEY("vessel_id","number")
);
--> statement-breakpoint
CREATE TABLE "sync_problems" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sync_problems_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"vessel_id" text,
	"key" text NOT NULL,
	"first_at" bigint NOT NULL,
	"last_at" bigint NOT NULL,
	"times" integer NOT NULL,
	"code" text NOT NULL,
	"message" text NOT NULL,
	"entity" text,
	"record_id" text
);
--> statement-breakpoint
CREATE TABLE "sync_versions" (
	"vessel_id" text NOT NULL,
	"entity" text NOT NULL,
	"record_id" text NOT NULL,
	"state" jsonb NOT NULL,
	CONSTRAINT "sync_versions_vessel_id_record_id_entity_pk" PRIMARY KEY("vessel_id","record_id","entity")
);
--> statement-breakpoint
CREATE TABLE "vessel" (
	"vessel_id" text PRIMARY KEY NOT NULL,
	"origin" text NOT NULL,
	"last" bigint NOT NULL,
	"hash" text NOT NULL,
	"time" bigint NOT NULL,
	"feed" bigint NOT NULL,
	"acknowledged" jsonb NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "vessel_contact" (
	"vessel_id" text PRIMARY KEY NOT NULL,
	"name" text,
	"online" boolean DEFAULT false NOT NULL,
	"presence_since" text,
	"program_version" text,
	"last_contact_at" bigint,
	"hello" jsonb,
	"hello_at" bigint,
	"telemetry" jsonb,
	"telemetry_at" bigint,
	"sender" text,
	"sender_until" bigint
);
--> statement-breakpoint
CREATE TABLE "work_order" (
	"vessel_id" text NOT NULL,
	"id" text NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"updated_at" bigint NOT NULL,
	"updated_by" text NOT NULL,
	"number" text NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"equipment_id" text,
	"type" text NOT NULL,
	"priority" text NOT NULL,
	"status" text NOT NULL,
	"due_date" text,
	"assignee_id" text,
	"estimated_hours" double precision,
	"actual_hours" double precision,
	"notes" text NOT NULL,
	"completed_at" text,
	"completed_by" text,
	"created_at" text NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "work_order_vessel_id_id_pk" PRIMARY KEY("vessel_id","id")
);
--> statement-breakpoint
CREATE INDEX "crew_member_name" ON "crew_member" USING btree ("name","id","vessel_id") WHERE not deleted;--> statement-breakpoint
CREATE INDEX "equipment_code" ON "equipment" USING btree ("code","id","vessel_id") WHERE not deleted;--> statement-breakpoint
CREATE UNIQUE INDEX "sync_conflicts_open" ON "sync_conflicts" USING btree ("vessel_id","record_id","entity","field") WHERE settled_at is null;--> statement-breakpoint
CREATE INDEX "sync_conflicts_page" ON "sync_conflicts" USING btree ("id") WHERE settled_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "sync_journal_feed" ON "sync_journal" USING btree ("vessel_id","feed");--> statement-breakpoint
CREATE INDEX "sync_journal_record" ON "sync_journal" USING btree ("vessel_id","record_id","feed");--> statement-breakpoint
CREATE INDEX "sync_journal_waiting" ON "sync_journal" USING btree ("vessel_id","feed") WHERE applied = 'later';--> statement-breakpoint
CREATE INDEX "sync_outbox_lane" ON "sync_outbox" USING btree ("vessel_id","lane","number");--> statement-breakpoint
CREATE INDEX "sync_outbox_record" ON "sync_outbox" USING btree ("vessel_id","record_id");--> statement-breakpoint
CREATE UNIQUE INDEX "sync_problems_key" ON "sync_problems" USING btree ("key");--> statement-breakpoint
CREATE INDEX "sync_problems_vessel" ON "sync_problems" USING btree ("vessel_id","id");--> statement-breakpoint
CREATE INDEX "work_order_id" ON "work_order" USING btree ("id");--> statement-breakpoint
CREATE INDEX "work_order_due" ON "work_order" USING btree ("vessel_id","due_date","id") WHERE not deleted;--> statement-breakpoint
CREATE INDEX "work_order_updated" ON "work_order" USING btree ("vessel_id","updated_at","id") WHERE not deleted;--> statement-breakpoint
CREATE INDEX "work_order_outstanding" ON "work_order" USING btree ("vessel_id","due_date") WHERE not deleted and status in ('open', 'in_progress', 'on_hold');--> statement-breakpoint
CREATE INDEX "work_order_number" ON "work_order" USING btree ("vessel_id","number","id");--> statement-breakpoint
CREATE INDEX "work_order_fleet_due" ON "work_order" USING btree ("due_date","id","vessel_id") WHERE not deleted;--> statement-breakpoint
CREATE INDEX "work_order_fleet_updated" ON "work_order" USING btree ("updated_at","id","vessel_id") WHERE not deleted;