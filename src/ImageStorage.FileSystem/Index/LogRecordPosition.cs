namespace ImageStorage.FileSystem.Index;

/// <summary>The offset of a record in a log, and its time, which decides most comparisons.</summary>
internal readonly record struct LogRecordPosition(long Ticks, int Offset);
