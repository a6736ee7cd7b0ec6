using ImageStorage.LiteDb.Files;

namespace ImageStorage.LiteDb.Journal;

/// <content>Opening: distinguishes an end that a crash left from damage.</content>
internal sealed partial class CommitLog
{
    /// <summary>Reads the log and truncates the incomplete end that a crash left.</summary>
    /// <exception cref="DamagedFileException">A frame that was durable is damaged.</exception>
    public static CommitLog Open(StoreFile file)
    {
        var log = new CommitLog(file);
        var frame = new byte[LogFrame.Length];
        UInt128 previous = default;
        while (log.TryReadFrame(frame, log._hashes.Count) && LogFrame.IsSound(frame, log._hashes.Count, previous)
            && (log._hashes.Count == 0 || LogFrame.EpochOf(frame) == log._epoch))
        {
            log._epoch = LogFrame.EpochOf(frame);
            previous = LogFrame.StoredHash(frame);
            log._hashes.Add(previous);
        }

        log.RefuseDamage(frame);
        if (file.Length != (long)log._hashes.Count * LogFrame.Length)
        {
            file.SetLength((long)log._hashes.Count * LogFrame.Length);
        }

        // Frames of a killed process are in the file, but perhaps not durable.
        log._mustFlush = log._hashes.Count > 0;
        log._acknowledged = log._hashes.Count;
        return log;
    }

    // An invalid end is what a crash leaves, unless a later frame says that the invalid frame was durable.
    private void RefuseDamage(Span<byte> frame)
    {
        var sound = _hashes.Count;
        UInt128 previous = default;
        for (var index = sound; TryReadFrame(frame, index); index++)
        {
            if (index > sound && LogFrame.IsSound(frame, index, previous) && LogFrame.DurableOf(frame) > sound
                && (sound == 0 || LogFrame.EpochOf(frame) == _epoch))
            {
                throw new DamagedFileException($"frame {sound} of the log is damaged, and this frame or later frames hold acknowledged commits");
            }

            previous = LogFrame.StoredHash(frame);
        }
    }
}
