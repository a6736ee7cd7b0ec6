using ImageStorage.CrashHarness.Tracing;

namespace ImageStorage.CrashHarness.Replay;

/// <summary>
/// A disk that promises no more than POSIX does: the bytes of a file last once the file was flushed, a name lasts once
/// its folder was flushed, a rename is all or nothing, and whatever was not flushed may be there after a power cut or
/// not, each change by itself. File systems with one journal for all keep more than that by accident; this one shows
/// whether the flushes are enough for those that do not.
/// </summary>
internal sealed class StrictDisk
{
    private readonly SortedDictionary<string, DiskEntry> _durable = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<PendingChange> _pending = [];
    private readonly Dictionary<ulong, FileLengths> _files = [];

    /// <param name="root">The folder that the worker works on.</param>
    /// <param name="start">A copy of it from before.</param>
    public StrictDisk(string root, string start)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(start, "*", SearchOption.AllDirectories))
        {
            var name = Path.Join(root, Path.GetRelativePath(start, path));
            _durable[name] = Directory.Exists(path) ? new DiskEntry(0) : new DiskEntry(0, path);
            _names.Add(name);
        }
    }

    /// <summary>The changes that a power cut now may drop or keep.</summary>
    public IReadOnlyList<PendingChange> Pending => _pending;

    /// <summary>Takes in a call that has ended.</summary>
    /// <returns>Has anything changed that a power cut could show?</returns>
    public bool Apply(CallEnded ended, int at)
    {
        var call = ended.Call;
        if (ended.Result < 0)
        {
            return false;
        }

        if (call.Flushes)
        {
            Flush(call, ended.BeganAt);
        }
        else if (call.Writes)
        {
            LengthsOf(call.Inode).Write(at, ended.Result);
        }
        else if (call.MakesFolder)
        {
            Change(new PendingChange(at, call.Path, null, new DiskEntry(0)));
        }
        else if (call.MakesNode || (call.Opens && ended.Inode != 0 && !_names.Contains(call.Path)))
        {
            Change(new PendingChange(at, call.Path, null, new DiskEntry(ended.Inode)));
        }
        else if (call.Moves)
        {
            Move(call, at);
        }
        else if (call.Removes)
        {
            Change(new PendingChange(at, call.Path, null, null));
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>The disk after a power cut now.</summary>
    /// <param name="keeps">Was this change kept, which was not flushed?</param>
    public IReadOnlyDictionary<string, DiskEntry> AfterCut(Func<PendingChange, bool> keeps)
    {
        var disk = new SortedDictionary<string, DiskEntry>(_durable, StringComparer.Ordinal);
        foreach (var change in _pending.Where(keeps))
        {
            Carry(disk, change);
        }

        return disk;
    }

    /// <summary>How long a file is, and how much of it is on the medium. Files are written front to back.</summary>
    public FileLengths LengthsOf(ulong inode)
    {
        if (!_files.TryGetValue(inode, out var lengths))
        {
            _files.Add(inode, lengths = new FileLengths());
        }

        return lengths;
    }

    private void Change(PendingChange change)
    {
        _pending.Add(change);
        _ = change.Entry is null ? _names.Remove(change.Path) : _names.Add(change.Path);
    }

    private void Move(SystemCall call, int at)
    {
        var moved = _pending.LastOrDefault(change => change.Path == call.Path)?.Entry ?? _durable[call.Path];
        var isRename = call.Name.StartsWith("rename", StringComparison.Ordinal);
        Change(new PendingChange(at, call.SecondPath!, isRename ? call.Path : null, moved));
        if (isRename)
        {
            _names.Remove(call.Path);
        }
    }

    private void Flush(SystemCall call, int beganAt)
    {
        LengthsOf(call.Inode).Flush(beganAt);

        // A flush covers what had ended before it began.
        foreach (var change in _pending.Where(change => change.Folder == call.Path && change.At < beganAt).ToList())
        {
            Carry(_durable, change);
            _pending.Remove(change);
        }
    }

    private static void Carry(SortedDictionary<string, DiskEntry> disk, PendingChange change)
    {
        if (change.Source is not null)
        {
            disk.Remove(change.Source);
        }

        if (change.Entry is null)
        {
            disk.Remove(change.Path);
        }
        else
        {
            disk[change.Path] = change.Entry;
        }
    }
}
