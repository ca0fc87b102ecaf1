CREATE TABLE "attachment" (
	"vessel_id" text NOT NULL,
	"id" text NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"updated_at" bigint NOT NULL,
	"updated_by" text NOT NULL,
	"work_order_id" text NOT NULL,
	"file_name" text NOT NULL,
	"media_type" text NOT NULL,
	"size" bigint NOT NULL,
	"sha256" text NOT NULL,
	"width" bigint,
	"height" bigint,
	"thumbnail_sha256" text,
	"thumbnail_size" bigint,
	CONSTRAINT "attachment_vessel_id_id_pk" PRIMARY KEY("vessel_id","id")
);
--> statement-breakpoint
CREATE TABLE "content" (
	"vessel_id" text NOT NULL,
	"sha256" text NOT NULL,
	"size" integer NOT NULL,
	"held" jsonb NOT NULL,
	"complete" boolean DEFAULT false NOT NULL,
	"touched_at" bigint NOT NULL,
	CONSTRAINT "content_vessel_id_sha256_pk" PRIMARY KEY("vessel_id","sha256")
);
--> statement-breakpoint
CREATE TABLE "content_piece" (
	"vessel_id" text NOT NULL,
	"sha256" text NOT NULL,
	"offset" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "content_piece_vessel_id_sha256_offset_pk" PRIMARY KEY("vessel_id","sha256","offset")
);
--> statement-breakpoint
ALTER TABLE "content_piece" ADD CONSTRAINT "content_piece_vessel_id_sha256_content_vessel_id_sha256_fk" FOREIGN KEY ("vessel_id","sha256") REFERENCES "public"."content"("vessel_id","sha256") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attachment_order" ON "attachment" USING btree ("vessel_id","work_order_id","id") WHERE not deleted;--> statement-breakpoint
CREATE INDEX "attachment_content" ON "attachment" USING btree ("vessel_id","sha256");--> statement-breakpoint
CREATE INDEX "attachment_thumbnail" ON "attachment" USING btree ("vessel_id","thumbnail_sha256");--> statement-breakpoint
CREATE TRIGGER arus_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "attachment" EXECUTE FUNCTION arus_guard();
