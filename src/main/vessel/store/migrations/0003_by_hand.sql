CREATE TABLE `by_hand_content` (
	`parcel` text NOT NULL,
	`part` integer NOT NULL,
	`piece` integer NOT NULL,
	`bytes` blob NOT NULL,
	PRIMARY KEY(`parcel`, `part`, `piece`)
);
--> statement-breakpoint
CREATE TABLE `by_hand_parcels` (
	`parcel` text PRIMARY KEY NOT NULL,
	`place` integer NOT NULL,
	`way` text NOT NULL,
	`made_at` integer NOT NULL,
	`by` text NOT NULL,
	`of` integer NOT NULL,
	`total` integer NOT NULL,
	`basis` text,
	`answered_at` integer
);
--> statement-breakpoint
CREATE TABLE `by_hand_parts` (
	`parcel` text NOT NULL,
	`part` integer NOT NULL,
	`state` text NOT NULL,
	`changes` integer NOT NULL,
	`bytes` integer NOT NULL,
	PRIMARY KEY(`parcel`, `part`)
);
