using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// A log that is being written. The lock of its owner is held until nothing more is appended and every save with an
/// entry in the log has completed. Only then may a merge take the log, so no merge drops the entry of an image that is
/// about to become visible. Used under the lock of its <see cref="IndexWriter"/>, except for the flushes.
/// </summary>
internal sealed class IndexLog(VolumeFile file, VolumeLock owner) : IDisposable
{
    public int Length { get; private set; }

    /// <summary>Gets or sets the number of saves that have an entry in the log and have not completed.</summary>
    public int PendingSaves { get; set; }

    /// <summary>Gets or sets a value that indicates whether nothing more is appended.</summary>
    public bool IsClosed { get; set; }

    public bool IsDisposed { get; private set; }

    // The operating system reports a failed flush once. Whatever it dropped, the next flush of the same file would
    // succeed.
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
