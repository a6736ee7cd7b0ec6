using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// A log that is being written. Its owner's lock is held until nothing more is appended and every save whose entry is in
/// it has been decided; only then may a merge take it, so that no merge drops the entry of an image that is about to be
/// visible. Used under the gate of its <see cref="IndexWriter"/>, but for the flushes.
/// </summary>
internal sealed class IndexLog(VolumeFile file, VolumeLock owner) : IDisposable
{
    public int Length { get; private set; }

    /// <summary>How many saves have an entry in it and are not decided.</summary>
    public int PendingSaves { get; set; }

    /// <summary>Is nothing more appended?</summary>
    public bool IsClosed { get; set; }

    public bool IsDisposed { get; private set; }

    // The system tells of a failure once: whatever it dropped, the next flush of the same file would succeed.
    public FlushQueue Flushes { get; } = new(file.Flush, isEndedByFailure: true);

    public void Append(in IndexRecord record)
    {
        Span<byte> bytes = stackalloc byte[LogFormat.MagicLength + LogFormat.MaxRecordLength];
        var start = 0;
        if (Length == 0)
        {
            LogFormat.Magic.CopyTo(bytes);
            start = LogFormat.MagicLength;
        }

        var end = start + LogFormat.Write(bytes[start..], record, Length + start);
        file.Write(bytes[..end], Length);
        file.Publish();
        Length += end;
    }

    public void Dispose()
    {
        IsDisposed = true;
        file.Dispose();
        owner.Dispose();
    }
}
