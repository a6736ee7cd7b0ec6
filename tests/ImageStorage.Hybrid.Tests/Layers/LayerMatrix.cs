using ImageStorage.Hybrid.Tests.Conformance;

namespace ImageStorage.Hybrid.Tests.Layers;

// Each layer and each stack on each kind of provider: folder (sagas), LiteDB (atomic commits) and hybrid (two providers).

public sealed class RecordingOnFolder : RecordingSubject<FolderLayerHarness>;

public sealed class RecordingOnDatabase : RecordingSubject<DatabaseLayerHarness>;

public sealed class RecordingOnHybrid : RecordingSubject<DatabaseFolderHarness>;

public sealed class CacheOnFolder : CacheSubject<FolderLayerHarness>;

public sealed class CacheOnDatabase : CacheSubject<DatabaseLayerHarness>;

public sealed class CacheOnHybrid : CacheSubject<DatabaseFolderHarness>;

public sealed class MaskingOnFolder : MaskingSubject<FolderLayerHarness>;

public sealed class MaskingOnDatabase : MaskingSubject<DatabaseLayerHarness>;

public sealed class MaskingOnHybrid : MaskingSubject<DatabaseFolderHarness>;

public sealed class StackOnFolder : StackSubject<FolderLayerHarness>;

public sealed class StackOnDatabase : StackSubject<DatabaseLayerHarness>;

public sealed class StackOnHybrid : StackSubject<DatabaseFolderHarness>;

public sealed class EventsOnFolder : EventsSubject<FolderLayerHarness>;

public sealed class EventsOnDatabase : EventsSubject<DatabaseLayerHarness>;

public sealed class EventsOnHybrid : EventsSubject<DatabaseFolderHarness>;

public sealed class GateOnFolder : GateSubject<FolderLayerHarness>;

public sealed class GateOnDatabase : GateSubject<DatabaseLayerHarness>;

public sealed class GateOnHybrid : GateSubject<DatabaseFolderHarness>;
