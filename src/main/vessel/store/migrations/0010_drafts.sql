CREATE TABLE `draft` (
	`screen` text NOT NULL,
	`key` text NOT NULL,
	`text` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`screen`, `key`)
);
