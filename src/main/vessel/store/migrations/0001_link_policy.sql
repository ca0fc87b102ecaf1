CREATE TABLE `link_lifts` (
	`month` text NOT NULL,
	`profile` text NOT NULL,
	`budget` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	`reason` text NOT NULL,
	PRIMARY KEY(`month`, `profile`, `budget`)
);
--> statement-breakpoint
CREATE TABLE `link_time` (
	`day` text NOT NULL,
	`profile` text NOT NULL,
	`connected_ms` integer NOT NULL,
	`connections` integer NOT NULL,
	PRIMARY KEY(`day`, `profile`)
);
--> statement-breakpoint
CREATE TABLE `link_usage` (
	`day` text NOT NULL,
	`profile` text NOT NULL,
	`counted` text NOT NULL,
	`sent` integer NOT NULL,
	`received` integer NOT NULL,
	PRIMARY KEY(`day`, `profile`, `counted`)
);
