CREATE TABLE "sync_base_taken" (
	"transfer" text PRIMARY KEY NOT NULL,
	"after" text
);
--> statement-breakpoint
ALTER TABLE "sync_head" ADD COLUMN "base_number" bigint;--> statement-breakpoint
ALTER TABLE "sync_head" ADD COLUMN "base_hash" text;--> statement-breakpoint
ALTER TABLE "sync_versions" ADD COLUMN "base" jsonb;