DROP INDEX `sync_conflicts_open`;--> statement-breakpoint
CREATE UNIQUE INDEX `sync_conflicts_open` ON `sync_conflicts` (`record_id`,`entity`,`field`) WHERE settled_at IS NULL;