ALTER TABLE "sync_conflicts" ADD COLUMN "settlement" json;--> statement-breakpoint
CREATE INDEX "sync_conflicts_settled" ON "sync_conflicts" USING btree ("id") WHERE settled_at is not null;