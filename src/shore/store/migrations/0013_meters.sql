CREATE TABLE "meter" (
	"vessel_id" text NOT NULL,
	"id" text NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"updated_at" bigint NOT NULL,
	"updated_by" text NOT NULL,
	"equipment_id" text NOT NULL,
	"name" text NOT NULL,
	"unit" text NOT NULL,
	CONSTRAINT "meter_vessel_id_id_pk" PRIMARY KEY("vessel_id","id")
);
--> statement-breakpoint
CREATE TABLE "meter_reading" (
	"vessel_id" text NOT NULL,
	"id" text NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"updated_at" bigint NOT NULL,
	"updated_by" text NOT NULL,
	"meter_id" text NOT NULL,
	"kind" text NOT NULL,
	"value" double precision NOT NULL,
	"read_at" text NOT NULL,
	"read_by" text NOT NULL,
	"reason" text NOT NULL,
	"corrects" text,
	"last_value" double precision,
	CONSTRAINT "meter_reading_vessel_id_id_pk" PRIMARY KEY("vessel_id","id")
);
--> statement-breakpoint
CREATE INDEX "meter_equipment" ON "meter" USING btree ("vessel_id","equipment_id");--> statement-breakpoint
CREATE INDEX "meter_name" ON "meter" USING btree ("name","id","vessel_id") WHERE not deleted;--> statement-breakpoint
CREATE INDEX "meter_reading_meter" ON "meter_reading" USING btree ("vessel_id","meter_id","read_at","id") WHERE not deleted;--> statement-breakpoint
CREATE INDEX "meter_reading_special" ON "meter_reading" USING btree ("vessel_id","meter_id") WHERE not deleted and kind in ('correction', 'replaced');--> statement-breakpoint
CREATE INDEX "meter_reading_read" ON "meter_reading" USING btree ("read_at","id","vessel_id") WHERE not deleted;