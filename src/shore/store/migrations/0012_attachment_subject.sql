ALTER TABLE "attachment" ALTER COLUMN "work_order_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "attachment" ADD COLUMN "subject_kind" text;--> statement-breakpoint
ALTER TABLE "attachment" ADD COLUMN "subject_id" text;--> statement-breakpoint
CREATE INDEX "attachment_subject" ON "attachment" USING btree ("vessel_id","subject_id","id") WHERE not deleted;