using ImageStorage.LiteDb.Files;

namespace ImageStorage.LiteDb.Journal;

/// <content>What a crash has left of a log, and what must not be taken for that.</content>
internal sealed partial class CommitLog
{
    /// <summary>Reads the log and drops the end of it that a crash left incomplete.</summary>
    /// <exception cref="DamagedFileException">A frame that was on the disk for certain is damaged.</exception>
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

        // What a process wrote before it was killed is in the file, but maybe not on the disk.
        log._mustFlush = log._hashes.Count > 0;
        log._acknowledged = log._hashes.Count;
        return log;
    }

    // An end that does not fit is what a crash leaves, unless a later frame knows that it was on the disk.
    private void RefuseDamage(Span<byte> frame)
    {
        var sound = _hashes.Count;
        UInt128 previous = default;
        for (var index = sound; TryReadFrame(frame, index); index++)
        {
            if (index > sound && LogFrame.IsSound(frame, index, previous) && LogFrame.DurableOf(frame) > sound
                && (sound == 0 || LogFrame.EpochOf(frame) == _epoch))
            {
                throw new DamagedFileException($"frame {sound} of the log is damaged, and commits that were acknowledged stand in it and behind it");
            }

            previous = LogFrame.StoredHash(frame);
        }
    }
}
