using ImageStorage.CrashHarness.Tracing;

namespace ImageStorage.CrashHarness.Replay;

/// <summary>
/// A disk that promises no more than POSIX: the bytes of a file remain once the file was flushed, a name once its
/// folder was flushed, and a rename is atomic. Each unflushed change may or may not remain after a power cut. File
/// systems with one journal keep more; this disk shows whether the flushes are sufficient for all others.
/// </summary>
internal sealed class StrictDisk
{
    private readonly SortedDictionary<string, DiskEntry> _durable = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<PendingChange> _pending = [];
    private readonly Dictionary<ulong, FileLengths> _files = [];

    /// <param name="root">The folder of the worker.</param>
    /// <param name="start">A copy of the folder from before the run.</param>
    public StrictDisk(string root, string start)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(start, "*", SearchOption.AllDirectories))
        {
            var name = Path.Join(root, Path.GetRelativePath(start, path));
            _durable[name] = Directory.Exists(path) ? new DiskEntry(0) : new DiskEntry(0, path);
            _names.Add(name);
        }
    }

    /// <summary>Gets the changes that a power cut may drop or keep.</summary>
    public IReadOnlyList<PendingChange> Pending => _pending;

    /// <summary>Applies a call that has ended.</summary>
    /// <returns><see langword="true"/> if the call changed the states that a power cut may leave.</returns>
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

    /// <summary>Returns the disk after a power cut.</summary>
    /// <param name="keeps">Returns whether an unflushed change remains.</param>
    public IReadOnlyDictionary<string, DiskEntry> AfterCut(Func<PendingChange, bool> keeps)
    {
        var disk = new SortedDictionary<string, DiskEntry>(_durable, StringComparer.Ordinal);
        foreach (var change in _pending.Where(keeps))
        {
            Carry(disk, change);
        }

        return disk;
    }

    /// <summary>Returns the length of a file, and of its part on the medium. Files are written front to back.</summary>
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

        // A flush covers the calls that had ended before its start.
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
