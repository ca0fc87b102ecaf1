CREATE TABLE "vessel_claim" (
	"vessel_id" text NOT NULL,
	"origin" text NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"first_at" bigint NOT NULL,
	"last_at" bigint NOT NULL,
	"decided_at" bigint,
	"decided_by" text,
	CONSTRAINT "vessel_claim_vessel_id_origin_pk" PRIMARY KEY("vessel_id","origin")
);
--> statement-breakpoint
ALTER TABLE "vessel_contact" ADD COLUMN "known_as" text;--> statement-breakpoint
UPDATE "vessel_contact" SET "known_as" = "name" WHERE "hello" IS NOT NULL;
