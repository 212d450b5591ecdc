-- A store of schema version 3, made of that in version_2.sql: what it held is in version_1.json.
BEGIN TRANSACTION;
CREATE TABLE nblabel_annotation (
	id INTEGER NOT NULL, 
	project INTEGER NOT NULL, 
	task INTEGER NOT NULL, 
	uid TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	identity TEXT NOT NULL, 
	annotator TEXT NOT NULL, 
	state TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	touched BOOLEAN NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	lead_time FLOAT, 
	digest TEXT NOT NULL, 
	parent_prediction TEXT NOT NULL, 
	extra TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (project, uid), 
	UNIQUE (task, identity), 
	FOREIGN KEY(project) REFERENCES nblabel_project (id), 
	FOREIGN KEY(task) REFERENCES nblabel_task (id)
);
INSERT INTO "nblabel_annotation" VALUES(1,1,1,'aaaa-1',41,'uid:aaaa-1','eva@example.org','submitted',2,1,'2025-01-02T03:04:05.000000Z','2026-11-25T02:58:30.965608Z',7.25,'a6c9ae11a2bdb40779fa925e8388bce5','null','{"id":41,"unique_id":"aaaa-1","completed_by":{"id":3,"email":"eva@example.org"},"created_at":"2025-01-02T03:04:05.000000Z","updated_at":"2025-01-02T03:04:06.000000Z","lead_time":7.25,"ground_truth":true,"was_cancelled":false,"bulk_created":false,"colour_of_ink":"green"}');
INSERT INTO "nblabel_annotation" VALUES(2,1,1,'5e86e931-1e4f-445d-ba32-f8eb8602df81',42,'id:42','ana','draft',2,1,'2025-01-02T03:05:05.000000Z','2026-11-25T02:58:30.976937Z',NULL,'a6c9ae11a2bdb40779fa925e8388bce5','null','{"id":42,"was_cancelled":true,"completed_by":"ana","created_at":"2025-01-02T03:05:05.000000Z"}');
INSERT INTO "nblabel_annotation" VALUES(3,1,1,'ab8a83df-af7a-4f07-9040-0ca90a27bc58',9,'draft-id:9','bob','submitted',2,1,'2025-01-03T00:00:00.000000Z','2026-11-25T02:58:30.971442Z',NULL,'a6c9ae11a2bdb40779fa925e8388bce5','null','{"id":9,"user":"bob","was_postponed":true,"created_at":"2025-01-03T00:00:00.000000Z"}');
INSERT INTO "nblabel_annotation" VALUES(4,1,2,'002998a1-dcb5-4d4e-8b28-fa4c2a129817',43,'id:43','eva@example.org','skipped',1,0,'2026-11-25T02:58:30.840044Z','2026-11-25T02:58:30.840044Z',NULL,'4972838ca73da0da035d55a61832568b','null','{"id":43,"skipped":true,"completed_by":"eva@example.org"}');
INSERT INTO "nblabel_annotation" VALUES(5,1,3,'ana-3',44,'uid:ana-3','ana','submitted',4,1,'2026-11-25T02:58:30.869658Z','2026-11-25T02:58:30.894720Z',2.0,'b99e6e0d2fd123f0b8568f6cf36d459d','77','{}');
INSERT INTO "nblabel_annotation" VALUES(6,1,4,'ana-4',45,'uid:ana-4','ana','draft',4,1,'2026-11-25T02:58:30.900256Z','2026-11-25T02:58:30.920600Z',NULL,'7d0e991faae4cec30da4a9a3c4f2f77a','null','{}');
INSERT INTO "nblabel_annotation" VALUES(7,1,5,'bob-5',46,'uid:bob-5','bob','submitted',4,1,'2026-11-25T02:58:30.925306Z','2026-11-25T02:58:30.942976Z',2.0,'5a3f4bfd03480668a12bdf31f86bb98a','null','{}');
INSERT INTO "nblabel_annotation" VALUES(8,1,5,'ana-5',47,'uid:ana-5','ana','submitted',2,1,'2026-11-25T02:58:30.946772Z','2026-11-25T02:58:30.953485Z',NULL,'5a3f4bfd03480668a12bdf31f86bb98a','null','{}');
INSERT INTO "nblabel_annotation" VALUES(9,1,2,'ana-2',48,'uid:ana-2','ana','skipped',1,1,'2026-11-25T02:58:30.982115Z','2026-11-25T02:58:30.983262Z',NULL,'4972838ca73da0da035d55a61832568b','null','{}');
CREATE TABLE nblabel_cursor (
	project INTEGER NOT NULL, 
	annotator TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	"index" BIGINT NOT NULL, 
	PRIMARY KEY (project, annotator), 
	FOREIGN KEY(project) REFERENCES nblabel_project (id)
);
INSERT INTO "nblabel_cursor" VALUES(1,'ana','4',3);
CREATE TABLE nblabel_event (
	id INTEGER NOT NULL, 
	client TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	annotation INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	annotator TEXT NOT NULL, 
	action TEXT NOT NULL, 
	at TEXT NOT NULL, 
	received_at TEXT NOT NULL, 
	edits TEXT NOT NULL, state TEXT DEFAULT '' NOT NULL, kind TEXT DEFAULT 'gesture' NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (client, seq), 
	FOREIGN KEY(annotation) REFERENCES nblabel_annotation (id)
);
INSERT INTO "nblabel_event" VALUES(1,'import:4cb11763-44e6-40bc-9193-4c20b3e45393',0,1,1,'eva@example.org','import','2026-11-25T02:58:30.840044Z','2026-11-25T02:58:30.840044Z','[]','submitted','gesture');
INSERT INTO "nblabel_event" VALUES(2,'import:4cb11763-44e6-40bc-9193-4c20b3e45393',1,2,1,'ana','import','2026-11-25T02:58:30.840044Z','2026-11-25T02:58:30.840044Z','[]','skipped','gesture');
INSERT INTO "nblabel_event" VALUES(3,'import:4cb11763-44e6-40bc-9193-4c20b3e45393',2,3,1,'bob','import','2026-11-25T02:58:30.840044Z','2026-11-25T02:58:30.840044Z','[]','draft','gesture');
INSERT INTO "nblabel_event" VALUES(4,'import:4cb11763-44e6-40bc-9193-4c20b3e45393',4,4,1,'eva@example.org','import','2026-11-25T02:58:30.840044Z','2026-11-25T02:58:30.840044Z','[]','skipped','gesture');
INSERT INTO "nblabel_event" VALUES(5,'browser-1',1,5,1,'ana','edit','2026-11-25T02:58:30.860157Z','2026-11-25T02:58:30.874319Z','[["x1",1.0,null,{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]}}]]','draft','gesture');
INSERT INTO "nblabel_event" VALUES(6,'browser-1',2,5,2,'ana','submit','2026-11-25T02:58:30.875879Z','2026-11-25T02:58:30.880883Z','[]','submitted','gesture');
INSERT INTO "nblabel_event" VALUES(7,'browser-1',3,5,3,'ana','edit','2026-11-25T02:58:30.882497Z','2026-11-25T02:58:30.889397Z','[["x1",1.0,{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]}},{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["bad"]}}]]','submitted','gesture');
INSERT INTO "nblabel_event" VALUES(8,'browser-1',4,5,4,'ana','edit','2026-11-25T02:58:30.890953Z','2026-11-25T02:58:30.895178Z','[["x1",1.0,{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["bad"]}},{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]}}]]','submitted','gesture');
INSERT INTO "nblabel_event" VALUES(9,'browser-1',5,6,1,'ana','edit','2026-11-25T02:58:30.896867Z','2026-11-25T02:58:30.901742Z','[["y1",1.0,null,{"id":"s0","from_name":"what","to_name":"text","type":"labels","value":{"start":0,"end":4,"text":"fine","labels":["Animal"]}}]]','draft','gesture');
INSERT INTO "nblabel_event" VALUES(10,'browser-1',6,6,2,'ana','edit','2026-11-25T02:58:30.903512Z','2026-11-25T02:58:30.909101Z','[["y1",1.0,{"id":"s0","from_name":"what","to_name":"text","type":"labels","value":{"start":0,"end":4,"text":"fine","labels":["Animal"]}},null]]','draft','gesture');
INSERT INTO "nblabel_event" VALUES(11,'browser-1',7,6,3,'ana','edit','2026-11-25T02:58:30.910754Z','2026-11-25T02:58:30.915505Z','[["y1",1.0,null,{"id":"s0","from_name":"what","to_name":"text","type":"labels","value":{"start":0,"end":4,"text":"fine","labels":["Animal"]}}]]','draft','gesture');
INSERT INTO "nblabel_event" VALUES(12,'browser-1',8,6,4,'ana','edit','2026-11-25T02:58:30.917038Z','2026-11-25T02:58:30.921070Z','[["y2",2.0,null,{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]}}]]','draft','gesture');
INSERT INTO "nblabel_event" VALUES(13,'browser-1',9,7,1,'bob','skip','2026-11-25T02:58:30.922466Z','2026-11-25T02:58:30.927158Z','[["z1",1.0,null,{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["bad"]}}]]','skipped','gesture');
INSERT INTO "nblabel_event" VALUES(14,'browser-1',10,7,2,'bob','reopen','2026-11-25T02:58:30.928664Z','2026-11-25T02:58:30.932652Z','[]','draft','gesture');
INSERT INTO "nblabel_event" VALUES(15,'browser-1',11,7,3,'bob','edit','2026-11-25T02:58:30.933960Z','2026-11-25T02:58:30.937965Z','[["z1",1.0,{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["bad"]}},null]]','draft','gesture');
INSERT INTO "nblabel_event" VALUES(16,'browser-1',12,7,4,'bob','submit','2026-11-25T02:58:30.939599Z','2026-11-25T02:58:30.943438Z','[["z2",2.0,null,{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]}}]]','submitted','gesture');
INSERT INTO "nblabel_event" VALUES(17,'browser-1',13,8,1,'ana','submit','2026-11-25T02:58:30.944782Z','2026-11-25T02:58:30.948620Z','[["w1",1.0,null,{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]}}],["w2",2.0,null,{"id":"s0","from_name":"what","to_name":"text","type":"labels","value":{"start":0,"end":4,"text":"gone","labels":["Animal"]}}]]','submitted','gesture');
INSERT INTO "nblabel_event" VALUES(18,'browser-1',14,8,2,'ana','edit','2026-11-25T02:58:30.949916Z','2026-11-25T02:58:30.953832Z','[["w1",1.0,{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]}},null],["w3",3.0,null,{"id":"s1","from_name":"what","to_name":"text","type":"labels","value":{"start":1,"end":4,"text":"one","labels":["Animal"]}}]]','submitted','gesture');
INSERT INTO "nblabel_event" VALUES(19,'browser-1',15,1,2,'eva@example.org','edit','2026-11-25T02:58:30.961997Z','2026-11-25T02:58:30.966011Z','[["i1",1.0,{"id":"s4","from_name":"what","to_name":"text","type":"labels","value":{"start":4,"end":5,"text":"🦊","labels":["Animal"]}},null]]','submitted','gesture');
INSERT INTO "nblabel_event" VALUES(20,'browser-1',16,3,2,'bob','submit','2026-11-25T02:58:30.967915Z','2026-11-25T02:58:30.971940Z','[]','submitted','gesture');
INSERT INTO "nblabel_event" VALUES(21,'browser-1',17,2,2,'ana','reopen','2026-11-25T02:58:30.973741Z','2026-11-25T02:58:30.977380Z','[]','draft','gesture');
INSERT INTO "nblabel_event" VALUES(22,'browser-1',18,9,1,'ana','skip','2026-11-25T02:58:30.979314Z','2026-11-25T02:58:30.983710Z','[]','skipped','gesture');
CREATE TABLE nblabel_hook (project INTEGER NOT NULL, name TEXT NOT NULL, position BIGINT NOT NULL, sent BIGINT NOT NULL, holder TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (project, name), FOREIGN KEY(project) REFERENCES nblabel_project (id));
INSERT INTO "nblabel_hook" VALUES(1,'name:team',22,0,'','');
CREATE TABLE nblabel_lease (project INTEGER NOT NULL, key TEXT NOT NULL, annotator TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (project, key), FOREIGN KEY(project) REFERENCES nblabel_project (id));
INSERT INTO "nblabel_lease" VALUES(1,'9','ana','2026-11-28T01:08:40.887395Z');
CREATE TABLE nblabel_meta (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "nblabel_meta" VALUES('version','3');
INSERT INTO "nblabel_meta" VALUES('id','2293cedd-cc9d-4668-b557-0772fe6085e9');
CREATE TABLE nblabel_prediction (
	id INTEGER NOT NULL, 
	task INTEGER NOT NULL, 
	identity TEXT NOT NULL, 
	number TEXT NOT NULL, 
	results TEXT NOT NULL, 
	score FLOAT, 
	model_version TEXT, 
	extra TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (task, identity), 
	FOREIGN KEY(task) REFERENCES nblabel_task (id)
);
INSERT INTO "nblabel_prediction" VALUES(1,1,'id:77','77','[{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]},"score":0.75}]',0.75,'m-1','{"id":77,"model_version":"m-1","score":0.75,"cluster":4}');
INSERT INTO "nblabel_prediction" VALUES(2,4,'model:mine','2','[{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]}}]',0.5,'mine','{}');
CREATE TABLE nblabel_project (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	config TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "nblabel_project" VALUES(1,'reviews','<View>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices>
  <Labels name="what" toName="text"><Label value="Animal"/></Labels>
</View>','2026-11-25T02:58:30.837253Z');
INSERT INTO "nblabel_project" VALUES(2,'empty','<View/>','2026-11-25T02:58:30.991898Z');
INSERT INTO "nblabel_project" VALUES(3,'other','<View>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices>
  <Labels name="what" toName="text"><Label value="Animal"/></Labels>
</View>','2026-11-25T02:58:30.993347Z');
CREATE TABLE nblabel_result (
	annotation INTEGER NOT NULL, 
	uid TEXT NOT NULL, 
	ordinal FLOAT NOT NULL, 
	submitted TEXT, 
	draft TEXT, 
	pending BOOLEAN NOT NULL, 
	PRIMARY KEY (annotation, uid), 
	FOREIGN KEY(annotation) REFERENCES nblabel_annotation (id)
);
INSERT INTO "nblabel_result" VALUES(1,'i0',0.0,'{"id":"s4","from_name":"what","to_name":"text","type":"labels","value":{"start":4,"end":5,"text":"🦊","labels":["Animal"]},"score":0.5,"meta":{"text":["sly"]}}',NULL,0);
INSERT INTO "nblabel_result" VALUES(1,'i1',1.0,'{"id":"s4","from_name":"what","to_name":"text","type":"labels","value":{"start":4,"end":5,"text":"🦊","labels":["Animal"]}}',NULL,1);
INSERT INTO "nblabel_result" VALUES(2,'i0',0.0,NULL,'{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["bad"]}}',1);
INSERT INTO "nblabel_result" VALUES(3,'i0',0.0,'{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]}}',NULL,0);
INSERT INTO "nblabel_result" VALUES(5,'x1',1.0,'{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]}}',NULL,0);
INSERT INTO "nblabel_result" VALUES(6,'y1',1.0,NULL,'{"id":"s0","from_name":"what","to_name":"text","type":"labels","value":{"start":0,"end":4,"text":"fine","labels":["Animal"]}}',1);
INSERT INTO "nblabel_result" VALUES(6,'y2',2.0,NULL,'{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]}}',1);
INSERT INTO "nblabel_result" VALUES(7,'z2',2.0,'{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]}}',NULL,0);
INSERT INTO "nblabel_result" VALUES(8,'w1',1.0,'{"id":"m1","from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]}}',NULL,1);
INSERT INTO "nblabel_result" VALUES(8,'w2',2.0,'{"id":"s0","from_name":"what","to_name":"text","type":"labels","value":{"start":0,"end":4,"text":"gone","labels":["Animal"]}}',NULL,0);
INSERT INTO "nblabel_result" VALUES(8,'w3',3.0,NULL,'{"id":"s1","from_name":"what","to_name":"text","type":"labels","value":{"start":1,"end":4,"text":"one","labels":["Animal"]}}',1);
CREATE TABLE nblabel_task (
	id INTEGER NOT NULL, 
	project INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	digest TEXT NOT NULL, 
	data TEXT NOT NULL, 
	source TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (project, "key"), 
	FOREIGN KEY(project) REFERENCES nblabel_project (id)
);
INSERT INTO "nblabel_task" VALUES(1,1,'1',501,'a6c9ae11a2bdb40779fa925e8388bce5','{"id":1,"text":"the 🦊 ran"}','{"id":501,"meta":{"source":"zoo"},"overlap":2,"is_labeled":true}');
INSERT INTO "nblabel_task" VALUES(2,1,'2',502,'4972838ca73da0da035d55a61832568b','{"id":2,"text":"poor"}','{"id":502}');
INSERT INTO "nblabel_task" VALUES(3,1,'3',503,'b99e6e0d2fd123f0b8568f6cf36d459d','{"id":3,"text":"fair, \"quoted\" and\nbroken"}','{}');
INSERT INTO "nblabel_task" VALUES(4,1,'4',504,'7d0e991faae4cec30da4a9a3c4f2f77a','{"id":4,"text":"fine"}','{}');
INSERT INTO "nblabel_task" VALUES(5,1,'5',505,'5a3f4bfd03480668a12bdf31f86bb98a','{"id":5,"text":"gone"}','{}');
CREATE INDEX nblabel_task_number ON nblabel_task (project, number);
CREATE INDEX nblabel_annotation_number ON nblabel_annotation (project, number);
CREATE INDEX nblabel_annotation_annotator ON nblabel_annotation (project, annotator, state, updated_at);
CREATE INDEX nblabel_event_annotation ON nblabel_event (annotation, revision);
CREATE INDEX nblabel_event_worked ON nblabel_event (annotator, id) WHERE action != 'import';
COMMIT;
