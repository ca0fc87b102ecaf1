CREATE TABLE "by_hand_content" (
	"vessel_id" text NOT NULL,
	"parcel" text NOT NULL,
	"part" integer NOT NULL,
	"piece" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "by_hand_content_vessel_id_parcel_part_piece_pk" PRIMARY KEY("vessel_id","parcel","part","piece")
);
--> statement-breakpoint
CREATE TABLE "by_hand_keys" (
	"id" integer PRIMARY KEY NOT NULL,
	"keys" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "by_hand_parcel" (
	"vessel_id" text NOT NULL,
	"parcel" text NOT NULL,
	"place" bigint GENERATED ALWAYS AS IDENTITY (sequence name "by_hand_parcel_place_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"way" text NOT NULL,
	"made_at" bigint NOT NULL,
	"by" text NOT NULL,
	"of" integer NOT NULL,
	"total" bigint NOT NULL,
	"basis" jsonb,
	"answered_at" bigint,
	CONSTRAINT "by_hand_parcel_vessel_id_parcel_pk" PRIMARY KEY("vessel_id","parcel")
);
--> statement-breakpoint
CREATE TABLE "by_hand_part" (
	"vessel_id" text NOT NULL,
	"parcel" text NOT NULL,
	"part" integer NOT NULL,
	"state" text NOT NULL,
	"changes" bigint NOT NULL,
	"bytes" bigint NOT NULL,
	CONSTRAINT "by_hand_part_vessel_id_parcel_part_pk" PRIMARY KEY("vessel_id","parcel","part")
);
--> statement-breakpoint
CREATE TABLE "by_hand_peer" (
	"vessel_id" text PRIMARY KEY NOT NULL,
	"trusted" jsonb,
	"offered" jsonb,
	"hello" jsonb,
	"answers" jsonb NOT NULL,
	"told" text
);
