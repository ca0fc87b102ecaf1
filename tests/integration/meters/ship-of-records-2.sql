PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE `crew_member` (
	`id` text PRIMARY KEY NOT NULL,
	`deleted` integer DEFAULT false NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`versions` text DEFAULT '' NOT NULL,
	`name` text NOT NULL,
	`rank` text NOT NULL,
	`on_board` integer NOT NULL
, `entry` integer);
INSERT INTO crew_member VALUES('019b7893-0660-71c0-beb6-61cc8e85bcfe',0,1767254460000,'Bridge PC','{"c":[1809668567040000,"vf65sg2ms6azj",1,{}],"f":{},"t":{"vf65sg2ms6azj":1}}','J. Berg','Chief engineer',1,1099511627777);
INSERT INTO crew_member VALUES('019b7893-f0c0-71c0-beb6-61cc8e85bcff',0,1767254520000,'Bridge PC','{"c":[1809668628480000,"vf65sg2ms6azj",2,{}],"f":{},"t":{"vf65sg2ms6azj":2}}','M. Santos','Second engineer',1,1099511627778);
CREATE TABLE `equipment` (
	`id` text PRIMARY KEY NOT NULL,
	`deleted` integer DEFAULT false NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`versions` text DEFAULT '' NOT NULL,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`location` text NOT NULL,
	`maker` text NOT NULL,
	`model` text NOT NULL,
	`serial_number` text NOT NULL,
	`criticality` text NOT NULL,
	`running_hours` real
, `entry` integer);
INSERT INTO equipment VALUES('019b7894-db20-71c0-beb6-61cc8e85bd00',0,1767687480000,'J. Berg, Chief engineer','{"c":[1809668689920000,"vf65sg2ms6azj",3,{}],"f":{"runningHours":[1810111795200000,"vf65sg2ms6azj",15,{}],"location":[1810111979520000,"vf65sg2ms6azj",18,{}]},"t":{"vf65sg2ms6azj":18}}','601.01','Main engine','Engine room','','','','A',41100.0,1099511627779);
INSERT INTO equipment VALUES('019b7895-c580-71c0-beb6-61cc8e85bd01',0,1767254640000,'J. Berg, Chief engineer','{"c":[1809668751360000,"vf65sg2ms6azj",4,{}],"f":{},"t":{"vf65sg2ms6azj":4}}','651.01','Bilge pump','','','','','B',NULL,1099511627780);
INSERT INTO equipment VALUES('019b7896-afe0-71c0-beb6-61cc8e85bd02',0,1767687360000,'M. Santos, Second engineer','{"c":[1809668812800000,"vf65sg2ms6azj",5,{}],"f":{"runningHours":[1810111856640000,"vf65sg2ms6azj",16,{}]},"t":{"vf65sg2ms6azj":16}}','651.02','Generator no. 1','','','','','B',12058.0,1099511627781);
INSERT INTO equipment VALUES('019b7897-9a40-71c0-beb6-61cc8e85bd03',0,1767687420000,'M. Santos, Second engineer','{"c":[1809668874240000,"vf65sg2ms6azj",6,{}],"f":{"runningHours":[1810111918080000,"vf65sg2ms6azj",17,{}]},"t":{"vf65sg2ms6azj":17}}','331.01','Cargo crane no. 1','','','','','B',4118.0,1099511627782);
CREATE TABLE `node_settings` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
INSERT INTO node_settings VALUES('vessel_id','mv-aurora');
INSERT INTO node_settings VALUES('origin','vf65sg2ms6azj');
INSERT INTO node_settings VALUES('vessel_name','MV Aurora');
CREATE TABLE `sync_awaited` (
	`entity` text NOT NULL,
	`record_id` text NOT NULL,
	`state` text NOT NULL,
	PRIMARY KEY(`record_id`, `entity`)
);
CREATE TABLE `sync_base` (
	`record_id` text NOT NULL,
	`entity` text NOT NULL,
	`base` text NOT NULL,
	PRIMARY KEY(`record_id`, `entity`)
);
CREATE TABLE `sync_base_heads` (
	`origin` text PRIMARY KEY NOT NULL,
	`number` integer NOT NULL,
	`hash` blob NOT NULL
);
CREATE TABLE `sync_conflicts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`entity` text NOT NULL,
	`record_id` text NOT NULL,
	`field` text NOT NULL,
	`base` text,
	`heads` text NOT NULL,
	`opened_at` integer NOT NULL,
	`settled_at` integer,
	`settlement` text
);
CREATE TABLE `sync_digests` (
	`record_id` text NOT NULL,
	`entity` text NOT NULL,
	`digest` blob NOT NULL,
	`stale` integer DEFAULT false NOT NULL,
	PRIMARY KEY(`record_id`, `entity`)
);
CREATE TABLE `sync_heads` (
	`origin` text PRIMARY KEY NOT NULL,
	`held` text NOT NULL,
	`hash` blob NOT NULL,
	`acknowledged` text,
	`acknowledged_hash` blob
, `out_of_lane` text);
CREATE TABLE `sync_journal` (
	`entry` integer PRIMARY KEY NOT NULL,
	`origin` text NOT NULL,
	`number` integer NOT NULL,
	`time` integer NOT NULL,
	`at` integer NOT NULL,
	`seen` text NOT NULL,
	`entity` text NOT NULL,
	`record_id` text NOT NULL,
	`operation` text NOT NULL,
	`fields` text NOT NULL,
	`before` text,
	`actor_id` text,
	`actor_name` text NOT NULL,
	`device` text NOT NULL,
	`lane` text NOT NULL,
	`version` integer NOT NULL,
	`hash` blob,
	`claimed` blob,
	`applied` text DEFAULT 'applied' NOT NULL
);
INSERT INTO sync_journal VALUES(1099511627777,'vf65sg2ms6azj',1,1809668567040000,1767254460000,'{}','crew_member','019b7893-0660-71c0-beb6-61cc8e85bcfe','create','{"name":"J. Berg","onBoard":true,"rank":"Chief engineer"}',NULL,NULL,'Bridge PC','Bridge PC','normal',1,X'6d37ae3851275ff614ae1b487bd9595baaf436f815a0cd814deb34d77ed70dd0',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627778,'vf65sg2ms6azj',2,1809668628480000,1767254520000,'{}','crew_member','019b7893-f0c0-71c0-beb6-61cc8e85bcff','create','{"name":"M. Santos","onBoard":true,"rank":"Second engineer"}',NULL,NULL,'Bridge PC','Bridge PC','normal',1,X'7f6cfd8cca1a04f994f39450d7d4983594e68de1150cf71b3d666399cec14cde',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627779,'vf65sg2ms6azj',3,1809668689920000,1767254580000,'{}','equipment','019b7894-db20-71c0-beb6-61cc8e85bd00','create','{"code":"601.01","criticality":"A","location":"","maker":"","model":"","name":"Main engine","runningHours":41000,"serialNumber":""}',NULL,'019b7893-0660-71c0-beb6-61cc8e85bcfe','J. Berg, Chief engineer','Bridge PC','normal',1,X'93fdd56ba9877153cd4312b8c5ea9574f8ffc6721ce5e3e48dcfdaa2e02fed5c',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627780,'vf65sg2ms6azj',4,1809668751360000,1767254640000,'{}','equipment','019b7895-c580-71c0-beb6-61cc8e85bd01','create','{"code":"651.01","criticality":"B","location":"","maker":"","model":"","name":"Bilge pump","runningHours":null,"serialNumber":""}',NULL,'019b7893-0660-71c0-beb6-61cc8e85bcfe','J. Berg, Chief engineer','Bridge PC','normal',1,X'3a24cd21dbda492b61896f5b631c5fc1ca9d813f7291be0c38361c1e8c1a5206',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627781,'vf65sg2ms6azj',5,1809668812800000,1767254700000,'{}','equipment','019b7896-afe0-71c0-beb6-61cc8e85bd02','create','{"code":"651.02","criticality":"B","location":"","maker":"","model":"","name":"Generator no. 1","runningHours":12000.5,"serialNumber":""}',NULL,'019b7893-f0c0-71c0-beb6-61cc8e85bcff','M. Santos, Second engineer','Bridge PC','normal',1,X'57659ee48617fb1c51d07ccae36aea5a0582b268a1a47a06b3dc44a5f1b0b810',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627782,'vf65sg2ms6azj',6,1809668874240000,1767254760000,'{}','equipment','019b7897-9a40-71c0-beb6-61cc8e85bd03','create','{"code":"331.01","criticality":"B","location":"","maker":"","model":"","name":"Cargo crane no. 1","runningHours":null,"serialNumber":""}',NULL,'019b7893-f0c0-71c0-beb6-61cc8e85bcff','M. Santos, Second engineer','Bridge PC','normal',1,X'a2baa5b1776541b437a66c8470d09b7b7d918fbee432c7928141d905a81f4532',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627783,'vf65sg2ms6azj',7,1809757409280000,1767341220000,'{}','equipment','019b7894-db20-71c0-beb6-61cc8e85bd00','update','{"runningHours":41020}','{"runningHours":41000}','019b7893-0660-71c0-beb6-61cc8e85bcfe','J. Berg, Chief engineer','Bridge PC','normal',1,X'd9adeb39ec67a6fddb10daff4936e3c16a323766a08a2a49f5aee60239f070f1',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627784,'vf65sg2ms6azj',8,1809757470720000,1767341280000,'{}','equipment','019b7896-afe0-71c0-beb6-61cc8e85bd02','update','{"runningHours":12012}','{"runningHours":12000.5}','019b7893-f0c0-71c0-beb6-61cc8e85bcff','M. Santos, Second engineer','Bridge PC','normal',1,X'8a52dec00e362e99c66d6013e0cf1fac693210be7ab0c19ec3c9fd01e96ba0af',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627785,'vf65sg2ms6azj',9,1809846005760000,1767427740000,'{}','equipment','019b7894-db20-71c0-beb6-61cc8e85bd00','update','{"runningHours":41040}','{"runningHours":41020}','019b7893-f0c0-71c0-beb6-61cc8e85bcff','M. Santos, Second engineer','Bridge PC','normal',1,X'1c881abb0ca1c7058a5168e272f3929734aad8af120292d5b800565928fe8599',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627786,'vf65sg2ms6azj',10,1809846067200000,1767427800000,'{}','equipment','019b7896-afe0-71c0-beb6-61cc8e85bd02','update','{"runningHours":12023.5}','{"runningHours":12012}','019b7893-f0c0-71c0-beb6-61cc8e85bcff','M. Santos, Second engineer','Bridge PC','normal',1,X'4256da06d1cfbe0650d848ee176cf3f94e33ce2dd3215857a71582dff687b002',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627787,'vf65sg2ms6azj',11,1809934602240000,1767514260000,'{}','equipment','019b7894-db20-71c0-beb6-61cc8e85bd00','update','{"runningHours":41060}','{"runningHours":41040}','019b7893-0660-71c0-beb6-61cc8e85bcfe','J. Berg, Chief engineer','Bridge PC','normal',1,X'7cca788c92b4bff9ef50bf41722e39077f99079ac2ce75cb6fd2e2d1ad0488cf',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627788,'vf65sg2ms6azj',12,1809934663680000,1767514320000,'{}','equipment','019b7896-afe0-71c0-beb6-61cc8e85bd02','update','{"runningHours":12035}','{"runningHours":12023.5}','019b7893-f0c0-71c0-beb6-61cc8e85bcff','M. Santos, Second engineer','Bridge PC','normal',1,X'5e2d2e503fb7bdfdb00de8deafe5d5786fd3fc8f4a8731bb3a3fe6adf6b52c4a',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627789,'vf65sg2ms6azj',13,1810023198720000,1767600780000,'{}','equipment','019b7894-db20-71c0-beb6-61cc8e85bd00','update','{"runningHours":41080}','{"runningHours":41060}','019b7893-f0c0-71c0-beb6-61cc8e85bcff','M. Santos, Second engineer','Bridge PC','normal',1,X'823a19ca747c0e2d8f4d8023b872d0bae3e3680a71f97d5d7083dcafbd972dae',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627790,'vf65sg2ms6azj',14,1810023260160000,1767600840000,'{}','equipment','019b7896-afe0-71c0-beb6-61cc8e85bd02','update','{"runningHours":12046.5}','{"runningHours":12035}','019b7893-f0c0-71c0-beb6-61cc8e85bcff','M. Santos, Second engineer','Bridge PC','normal',1,X'337b598d3d123ff14e3808a12a398d1d69010b4c7cd2933c31dc2bdc24f7fdca',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627791,'vf65sg2ms6azj',15,1810111795200000,1767687300000,'{}','equipment','019b7894-db20-71c0-beb6-61cc8e85bd00','update','{"runningHours":41100}','{"runningHours":41080}','019b7893-0660-71c0-beb6-61cc8e85bcfe','J. Berg, Chief engineer','Bridge PC','normal',1,X'914f1cdcfe118922de2cf451779f1973d1eff4785e3a36fc88b646a974fc032a',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627792,'vf65sg2ms6azj',16,1810111856640000,1767687360000,'{}','equipment','019b7896-afe0-71c0-beb6-61cc8e85bd02','update','{"runningHours":12058}','{"runningHours":12046.5}','019b7893-f0c0-71c0-beb6-61cc8e85bcff','M. Santos, Second engineer','Bridge PC','normal',1,X'af74ec387f9f17f3af569d8b10ca12107c17453c8bdb5b263723c5b71a5d2647',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627793,'vf65sg2ms6azj',17,1810111918080000,1767687420000,'{}','equipment','019b7897-9a40-71c0-beb6-61cc8e85bd03','update','{"runningHours":4118}','{"runningHours":null}','019b7893-f0c0-71c0-beb6-61cc8e85bcff','M. Santos, Second engineer','Bridge PC','normal',1,X'b0955263d0b7138bc1594ff118d80ce61eed873acd0c3701cd401ea8ee2b6eaf',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627794,'vf65sg2ms6azj',18,1810111979520000,1767687480000,'{}','equipment','019b7894-db20-71c0-beb6-61cc8e85bd00','update','{"location":"Engine room"}','{"location":""}','019b7893-0660-71c0-beb6-61cc8e85bcfe','J. Berg, Chief engineer','Bridge PC','normal',1,X'8a32a5cbf1b3cc4dc85a9c0341ecb22a3905362916669c0bfd5ac348f0b1b7b8',NULL,'applied');
INSERT INTO sync_journal VALUES(1099511627795,'vf65sg2ms6azj',19,1810112040960000,1767687540000,'{}','work_order','019b9263-4d20-71c0-beb6-61cc8e85bd04','create','{"actualHours":null,"assigneeId":null,"completedAt":null,"completedBy":null,"createdAt":"2026-01-06T08:19:00.000Z","createdBy":"J. Berg, Chief engineer","description":"","dueDate":null,"equipmentId":"019b7895-c580-71c0-beb6-61cc8e85bd01","estimatedHours":null,"notes":"","number":"WO-2026-000001","priority":"normal","status":"open","title":"Clean the bilge pump","type":"corrective"}',NULL,'019b7893-0660-71c0-beb6-61cc8e85bcfe','J. Berg, Chief engineer','Bridge PC','normal',1,X'1e5fa8a832a3bfa6b0210c3b0cfdc1b785c9c29c5b2a2d4599032a0d92ad5a3d',NULL,'applied');
CREATE TABLE `sync_journal_record` (
	`entry` integer PRIMARY KEY NOT NULL,
	`record_id` text NOT NULL
);
CREATE TABLE `sync_origins` (
	`slot` integer PRIMARY KEY NOT NULL,
	`origin` text NOT NULL
);
INSERT INTO sync_origins VALUES(1,'vf65sg2ms6azj');
CREATE TABLE `sync_problems` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`code` text NOT NULL,
	`message` text NOT NULL,
	`entity` text,
	`record_id` text,
	`number` integer
);
CREATE TABLE `sync_promoted` (
	`number` integer PRIMARY KEY NOT NULL,
	`lane` text NOT NULL,
	`sent_at` integer
);
CREATE TABLE `sync_sent` (
	`lane` text NOT NULL,
	`number` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`lane`, `number`)
);
CREATE TABLE `work_order` (
	`id` text PRIMARY KEY NOT NULL,
	`deleted` integer DEFAULT false NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`versions` text DEFAULT '' NOT NULL,
	`number` text NOT NULL,
	`title` text NOT NULL,
	`description` text NOT NULL,
	`equipment_id` text,
	`type` text NOT NULL,
	`priority` text NOT NULL,
	`status` text NOT NULL,
	`due_date` text,
	`assignee_id` text,
	`estimated_hours` real,
	`actual_hours` real,
	`notes` text NOT NULL,
	`completed_at` text,
	`completed_by` text,
	`created_at` text NOT NULL,
	`created_by` text NOT NULL
, `entry` integer);
INSERT INTO work_order VALUES('019b9263-4d20-71c0-beb6-61cc8e85bd04',0,1767687540000,'J. Berg, Chief engineer','{"c":[1810112040960000,"vf65sg2ms6azj",19,{}],"f":{},"t":{"vf65sg2ms6azj":19}}','WO-2026-000001','Clean the bilge pump','','019b7895-c580-71c0-beb6-61cc8e85bd01','corrective','normal','open',NULL,NULL,NULL,NULL,'',NULL,NULL,'2026-01-06T08:19:00.000Z','J. Berg, Chief engineer',1099511627795);
CREATE TABLE `link_lifts` (
	`month` text NOT NULL,
	`profile` text NOT NULL,
	`budget` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	`reason` text NOT NULL,
	PRIMARY KEY(`month`, `profile`, `budget`)
);
CREATE TABLE `link_time` (
	`day` text NOT NULL,
	`profile` text NOT NULL,
	`connected_ms` integer NOT NULL,
	`connections` integer NOT NULL,
	PRIMARY KEY(`day`, `profile`)
);
CREATE TABLE `link_usage` (
	`day` text NOT NULL,
	`profile` text NOT NULL,
	`counted` text NOT NULL,
	`sent` integer NOT NULL,
	`received` integer NOT NULL,
	PRIMARY KEY(`day`, `profile`, `counted`)
);
CREATE TABLE `attachment` (
	`id` text PRIMARY KEY NOT NULL,
	`deleted` integer DEFAULT false NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`versions` text DEFAULT '' NOT NULL,
	`work_order_id` text NOT NULL,
	`file_name` text NOT NULL,
	`media_type` text NOT NULL,
	`size` integer NOT NULL,
	`sha256` text NOT NULL,
	`width` integer,
	`height` integer,
	`thumbnail_sha256` text,
	`thumbnail_size` integer
, `entry` integer);
CREATE TABLE `content` (
	`sha256` text PRIMARY KEY NOT NULL,
	`size` integer NOT NULL,
	`held` text NOT NULL,
	`complete` integer DEFAULT false NOT NULL,
	`ashore` text NOT NULL,
	`is_ashore` integer DEFAULT false NOT NULL,
	`refused` text,
	`wanted` integer DEFAULT false NOT NULL,
	`touched_at` integer NOT NULL
);
CREATE TABLE `by_hand_content` (
	`parcel` text NOT NULL,
	`part` integer NOT NULL,
	`piece` integer NOT NULL,
	`bytes` blob NOT NULL,
	PRIMARY KEY(`parcel`, `part`, `piece`)
);
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
CREATE TABLE `by_hand_parts` (
	`parcel` text NOT NULL,
	`part` integer NOT NULL,
	`state` text NOT NULL,
	`changes` integer NOT NULL,
	`bytes` integer NOT NULL,
	PRIMARY KEY(`parcel`, `part`)
);
DELETE FROM sqlite_sequence;
CREATE INDEX `equipment_code` ON `equipment` (`code`,`id`) WHERE deleted = 0;
CREATE INDEX `sync_conflicts_settled` ON `sync_conflicts` (`id`) WHERE settled_at IS NOT NULL;
CREATE INDEX `sync_digests_stale` ON `sync_digests` (`stale`) WHERE stale;
CREATE INDEX `sync_journal_lane` ON `sync_journal` (`lane`) WHERE lane <> 'normal';
CREATE INDEX `sync_journal_record_id` ON `sync_journal_record` (`record_id`);
CREATE UNIQUE INDEX `sync_origins_origin_unique` ON `sync_origins` (`origin`);
CREATE UNIQUE INDEX `sync_problems_number_unique` ON `sync_problems` (`number`);
CREATE INDEX `work_order_number` ON `work_order` (`number`,`id`,`deleted`);
CREATE INDEX `work_order_title` ON `work_order` (`title`,`id`) WHERE deleted = 0;
CREATE INDEX `work_order_due` ON `work_order` (CASE WHEN due_date IS NULL THEN '9999' ELSE due_date END,`id`,`status`,`priority`) WHERE deleted = 0;
CREATE INDEX `work_order_priority` ON `work_order` (CASE priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 WHEN 'low' THEN 3 END,`id`) WHERE deleted = 0;
CREATE INDEX `work_order_status` ON `work_order` (CASE status WHEN 'open' THEN 0 WHEN 'in_progress' THEN 1 WHEN 'on_hold' THEN 2 WHEN 'completed' THEN 3 WHEN 'cancelled' THEN 4 END,`id`) WHERE deleted = 0;
CREATE INDEX `work_order_updated` ON `work_order` (`updated_at`,`id`) WHERE deleted = 0;
CREATE INDEX `work_order_equipment` ON `work_order` (`equipment_id`,`status`) WHERE deleted = 0;
CREATE VIEW `sync_outbox` AS WITH
own AS (
  SELECT o.slot * 1099511627776 AS base, coalesce(h.acknowledged, '0') AS held
  FROM node_settings AS s JOIN sync_origins AS o ON o.origin = s.value LEFT JOIN sync_heads AS h ON h.origin = o.origin
  WHERE s.name = 'origin'),
held AS (
  SELECT base, 0 AS first, coalesce(json_extract(held, '$[0]'), json_extract(held, '$')) AS last FROM own
  UNION ALL SELECT base, json_extract(r.value, '$[0]'), json_extract(r.value, '$[1]')
  FROM own CROSS JOIN json_each(own.held) AS r WHERE r.type = 'array'),
missing AS (
  SELECT base, last + 1 AS first, coalesce(lead(first) OVER (ORDER BY first), 1099511627776) - 1 AS last FROM held)
SELECT j.number, iif(p.number IS NULL, j.lane, 'urgent') AS lane, j.entity, j.record_id, j.at,
  iif(p.number IS NULL,
    (SELECT m.at FROM sync_sent AS m WHERE m.lane = j.lane AND m.number >= j.number ORDER BY m.number LIMIT 1),
    p.sent_at) AS sent_at
FROM missing AS w CROSS JOIN sync_journal AS j ON j.entry BETWEEN w.base + w.first AND w.base + w.last
LEFT JOIN sync_promoted AS p ON p.number = j.number;
CREATE INDEX `attachment_order` ON `attachment` (`work_order_id`,`id`) WHERE deleted = 0;
CREATE INDEX `attachment_content` ON `attachment` (`sha256`);
CREATE INDEX `attachment_thumbnail` ON `attachment` (`thumbnail_sha256`);
CREATE INDEX `content_not_ashore` ON `content` (`sha256`) WHERE complete = 1 AND is_ashore = 0 AND refused IS NULL;
CREATE UNIQUE INDEX `sync_conflicts_open` ON `sync_conflicts` (`record_id`,`entity`,`field`) WHERE settled_at IS NULL;
CREATE INDEX `sync_problems_kind` ON `sync_problems` (`code`,`id`);
CREATE TRIGGER equipment_keep_journalled BEFORE INSERT ON equipment
WHEN EXISTS (SELECT 1 FROM equipment WHERE id = NEW.id)
  OR NOT EXISTS (SELECT 1 FROM sync_journal WHERE entry = NEW.entry AND record_id = NEW.id)
    AND NOT EXISTS (SELECT 1 FROM sync_journal_record WHERE record_id = NEW.id)
    AND NOT EXISTS (SELECT 1 FROM sync_base WHERE record_id = NEW.id AND entity = 'equipment') BEGIN
  SELECT RAISE(FAIL, 'ARUS: this write did not go through recordAndPublish');
END;
CREATE TRIGGER equipment_journal_update AFTER UPDATE ON equipment WHEN (OLD.deleted IS NOT NEW.deleted OR OLD.code IS NOT NEW.code OR OLD.name IS NOT NEW.name OR OLD.location IS NOT NEW.location OR OLD.maker IS NOT NEW.maker OR OLD.model IS NOT NEW.model OR OLD.serial_number IS NOT NEW.serial_number OR OLD.criticality IS NOT NEW.criticality OR OLD.running_hours IS NOT NEW.running_hours) AND arus_is_news() BEGIN
  SELECT arus_change('equipment', NEW.id, OLD.deleted, NEW.deleted, OLD.versions, NEW.versions, NEW.code, NEW.name, NEW.location, NEW.maker, NEW.model, NEW.serial_number, NEW.criticality, NEW.running_hours, OLD.code, OLD.name, OLD.location, OLD.maker, OLD.model, OLD.serial_number, OLD.criticality, OLD.running_hours);
END;
CREATE TRIGGER equipment_keep_id BEFORE UPDATE OF id ON equipment WHEN OLD.id IS NOT NEW.id BEGIN
  SELECT RAISE(ABORT, 'ARUS: the id of a record never changes');
END;
CREATE TRIGGER equipment_keep_row BEFORE DELETE ON equipment BEGIN
  SELECT RAISE(ABORT, 'ARUS: records are deleted by mark, through recordAndPublish');
END;
CREATE TRIGGER crew_member_keep_journalled BEFORE INSERT ON crew_member
WHEN EXISTS (SELECT 1 FROM crew_member WHERE id = NEW.id)
  OR NOT EXISTS (SELECT 1 FROM sync_journal WHERE entry = NEW.entry AND record_id = NEW.id)
    AND NOT EXISTS (SELECT 1 FROM sync_journal_record WHERE record_id = NEW.id)
    AND NOT EXISTS (SELECT 1 FROM sync_base WHERE record_id = NEW.id AND entity = 'crew_member') BEGIN
  SELECT RAISE(FAIL, 'ARUS: this write did not go through recordAndPublish');
END;
CREATE TRIGGER crew_member_journal_update AFTER UPDATE ON crew_member WHEN (OLD.deleted IS NOT NEW.deleted OR OLD.name IS NOT NEW.name OR OLD.rank IS NOT NEW.rank OR OLD.on_board IS NOT NEW.on_board) AND arus_is_news() BEGIN
  SELECT arus_change('crew_member', NEW.id, OLD.deleted, NEW.deleted, OLD.versions, NEW.versions, NEW.name, NEW.rank, NEW.on_board, OLD.name, OLD.rank, OLD.on_board);
END;
CREATE TRIGGER crew_member_keep_id BEFORE UPDATE OF id ON crew_member WHEN OLD.id IS NOT NEW.id BEGIN
  SELECT RAISE(ABORT, 'ARUS: the id of a record never changes');
END;
CREATE TRIGGER crew_member_keep_row BEFORE DELETE ON crew_member BEGIN
  SELECT RAISE(ABORT, 'ARUS: records are deleted by mark, through recordAndPublish');
END;
CREATE TRIGGER work_order_keep_journalled BEFORE INSERT ON work_order
WHEN EXISTS (SELECT 1 FROM work_order WHERE id = NEW.id)
  OR NOT EXISTS (SELECT 1 FROM sync_journal WHERE entry = NEW.entry AND record_id = NEW.id)
    AND NOT EXISTS (SELECT 1 FROM sync_journal_record WHERE record_id = NEW.id)
    AND NOT EXISTS (SELECT 1 FROM sync_base WHERE record_id = NEW.id AND entity = 'work_order') BEGIN
  SELECT RAISE(FAIL, 'ARUS: this write did not go through recordAndPublish');
END;
CREATE TRIGGER work_order_journal_update AFTER UPDATE ON work_order WHEN (OLD.deleted IS NOT NEW.deleted OR OLD.number IS NOT NEW.number OR OLD.title IS NOT NEW.title OR OLD.description IS NOT NEW.description OR OLD.equipment_id IS NOT NEW.equipment_id OR OLD.type IS NOT NEW.type OR OLD.priority IS NOT NEW.priority OR OLD.status IS NOT NEW.status OR OLD.due_date IS NOT NEW.due_date OR OLD.assignee_id IS NOT NEW.assignee_id OR OLD.estimated_hours IS NOT NEW.estimated_hours OR OLD.actual_hours IS NOT NEW.actual_hours OR OLD.notes IS NOT NEW.notes OR OLD.completed_at IS NOT NEW.completed_at OR OLD.completed_by IS NOT NEW.completed_by OR OLD.created_at IS NOT NEW.created_at OR OLD.created_by IS NOT NEW.created_by) AND arus_is_news() BEGIN
  SELECT arus_change('work_order', NEW.id, OLD.deleted, NEW.deleted, OLD.versions, NEW.versions, NEW.number, NEW.title, NEW.description, NEW.equipment_id, NEW.type, NEW.priority, NEW.status, NEW.due_date, NEW.assignee_id, NEW.estimated_hours, NEW.actual_hours, NEW.notes, NEW.completed_at, NEW.completed_by, NEW.created_at, NEW.created_by, OLD.number, OLD.title, OLD.description, OLD.equipment_id, OLD.type, OLD.priority, OLD.status, OLD.due_date, OLD.assignee_id, OLD.estimated_hours, OLD.actual_hours, OLD.notes, OLD.completed_at, OLD.completed_by, OLD.created_at, OLD.created_by);
END;
CREATE TRIGGER work_order_keep_id BEFORE UPDATE OF id ON work_order WHEN OLD.id IS NOT NEW.id BEGIN
  SELECT RAISE(ABORT, 'ARUS: the id of a record never changes');
END;
CREATE TRIGGER work_order_keep_row BEFORE DELETE ON work_order BEGIN
  SELECT RAISE(ABORT, 'ARUS: records are deleted by mark, through recordAndPublish');
END;
CREATE TRIGGER attachment_keep_journalled BEFORE INSERT ON attachment
WHEN EXISTS (SELECT 1 FROM attachment WHERE id = NEW.id)
  OR NOT EXISTS (SELECT 1 FROM sync_journal WHERE entry = NEW.entry AND record_id = NEW.id)
    AND NOT EXISTS (SELECT 1 FROM sync_journal_record WHERE record_id = NEW.id)
    AND NOT EXISTS (SELECT 1 FROM sync_base WHERE record_id = NEW.id AND entity = 'attachment') BEGIN
  SELECT RAISE(FAIL, 'ARUS: this write did not go through recordAndPublish');
END;
CREATE TRIGGER attachment_journal_update AFTER UPDATE ON attachment WHEN (OLD.deleted IS NOT NEW.deleted OR OLD.work_order_id IS NOT NEW.work_order_id OR OLD.file_name IS NOT NEW.file_name OR OLD.media_type IS NOT NEW.media_type OR OLD.size IS NOT NEW.size OR OLD.sha256 IS NOT NEW.sha256 OR OLD.width IS NOT NEW.width OR OLD.height IS NOT NEW.height OR OLD.thumbnail_sha256 IS NOT NEW.thumbnail_sha256 OR OLD.thumbnail_size IS NOT NEW.thumbnail_size) AND arus_is_news() BEGIN
  SELECT arus_change('attachment', NEW.id, OLD.deleted, NEW.deleted, OLD.versions, NEW.versions, NEW.work_order_id, NEW.file_name, NEW.media_type, NEW.size, NEW.sha256, NEW.width, NEW.height, NEW.thumbnail_sha256, NEW.thumbnail_size, OLD.work_order_id, OLD.file_name, OLD.media_type, OLD.size, OLD.sha256, OLD.width, OLD.height, OLD.thumbnail_sha256, OLD.thumbnail_size);
END;
CREATE TRIGGER attachment_keep_id BEFORE UPDATE OF id ON attachment WHEN OLD.id IS NOT NEW.id BEGIN
  SELECT RAISE(ABORT, 'ARUS: the id of a record never changes');
END;
CREATE TRIGGER attachment_keep_row BEFORE DELETE ON attachment BEGIN
  SELECT RAISE(ABORT, 'ARUS: records are deleted by mark, through recordAndPublish');
END;
CREATE TRIGGER sync_journal_guard_insert BEFORE INSERT ON sync_journal WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_journal_guard_update BEFORE UPDATE ON sync_journal WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_journal_guard_delete BEFORE DELETE ON sync_journal WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_journal_record_guard_insert BEFORE INSERT ON sync_journal_record WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_journal_record_guard_update BEFORE UPDATE ON sync_journal_record WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_journal_record_guard_delete BEFORE DELETE ON sync_journal_record WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_heads_guard_insert BEFORE INSERT ON sync_heads WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_heads_guard_update BEFORE UPDATE ON sync_heads WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_heads_guard_delete BEFORE DELETE ON sync_heads WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_promoted_guard_insert BEFORE INSERT ON sync_promoted WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_promoted_guard_update BEFORE UPDATE ON sync_promoted WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_promoted_guard_delete BEFORE DELETE ON sync_promoted WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_sent_guard_insert BEFORE INSERT ON sync_sent WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_sent_guard_update BEFORE UPDATE ON sync_sent WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_sent_guard_delete BEFORE DELETE ON sync_sent WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_conflicts_guard_insert BEFORE INSERT ON sync_conflicts WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_conflicts_guard_update BEFORE UPDATE ON sync_conflicts WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_conflicts_guard_delete BEFORE DELETE ON sync_conflicts WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_awaited_guard_insert BEFORE INSERT ON sync_awaited WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_awaited_guard_update BEFORE UPDATE ON sync_awaited WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_awaited_guard_delete BEFORE DELETE ON sync_awaited WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_base_guard_insert BEFORE INSERT ON sync_base WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_base_guard_update BEFORE UPDATE ON sync_base WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_base_guard_delete BEFORE DELETE ON sync_base WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_base_heads_guard_insert BEFORE INSERT ON sync_base_heads WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_base_heads_guard_update BEFORE UPDATE ON sync_base_heads WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
CREATE TRIGGER sync_base_heads_guard_delete BEFORE DELETE ON sync_base_heads WHEN 0 AND arus_unit() BEGIN SELECT 1; END;
COMMIT;
PRAGMA user_version=8;
