namespace ImageStorage.FileSystem.Index;

/// <summary>Where a record stands in a log, with its time, by which most comparisons are decided.</summary>
internal readonly record struct LogRecordPosition(long Ticks, int Offset);
