using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>
/// A file system in memory that separates what programs see from what is on the medium: bytes reach the medium when
/// their file is flushed, entries when their folder is flushed. <see cref="Crash"/> returns the file system after a
/// restart.
/// </summary>
/// <remarks>
/// The simulation is as unkind as POSIX allows: only flushes order changes, a rename may be on the medium in one folder
/// and not in the other, and flushing the content of a folder does not make the entry of the folder itself durable.
/// </remarks>
internal sealed class InMemoryVolume : IVolume
{
    private readonly Lock _gate = new();
    private readonly NameRules _names;
    private MediumNode? _root;

    public InMemoryVolume(NameRules? names = null)
        : this(names ?? NameRules.Posix, new MediumFolder())
    {
    }

    private InMemoryVolume(NameRules names, MediumFolder root) => (_names, _root) = (names, root);

    public bool RootExists => _root is MediumFolder;

    public bool RootIsFile => _root is MediumFile;

    /// <summary>Gets or sets the node at the path of the root: another folder, a file or nothing.</summary>
    public MediumNode? Root
    {
        get => _root;
        set
        {
            lock (_gate)
            {
                _root = value;
            }
        }
    }

    public long? AvailableBytes => 1L << 40;

    /// <summary>Returns the file system after a crash at this moment, without locks and pending changes.</summary>
    public InMemoryVolume Crash(CrashPolicy policy)
    {
        lock (_gate)
        {
            return new InMemoryVolume(_names, After(policy, (MediumFolder)_root!));
        }
    }

    /// <summary>Returns a copy of the file system for another experiment.</summary>
    public InMemoryVolume Copy() => Crash(CrashPolicy.Kill);

    /// <summary>Returns the paths of all files below a folder.</summary>
    public IReadOnlyList<string> FilesBelow(string folder)
    {
        lock (_gate)
        {
            var files = new List<string>();
            if (Find(folder) is MediumFolder found)
            {
                Collect(found, folder, files);
            }

            return files;
        }
    }

    /// <summary>Changes the bytes of a file directly on the medium.</summary>
    public void Tamper(string path, Func<byte[], byte[]> change)
    {
        lock (_gate)
        {
            var file = (MediumFile)Find(path)!;
            file.Replace(change(file.Live.ToArray()));
        }
    }

    public byte[] ReadAll(string path)
    {
        lock (_gate)
        {
            return ((MediumFile)Find(path)!).Live.ToArray();
        }
    }

    public void CreateRoot()
    {
        lock (_gate)
        {
            // Durable at once, because the folders above are not part of the simulation.
            _root ??= new MediumFolder();
        }
    }

    public FileIdentity? Identify(string path)
    {
        lock (_gate)
        {
            return Find(path) is { } node ? new FileIdentity(1, (ulong)node.Number, 0, IsCertain: KnowsBirth) : null;
        }
    }

    /// <summary>Gets a value that indicates whether the file system records creation times.</summary>
    public bool KnowsBirth { get; init; } = true;

    public VolumeFile? OpenRead(string path)
    {
        lock (_gate)
        {
            return Find(path) switch
            {
                null => null,
                MediumFile file => new OpenFile(this, file),
                _ => throw new IOException("Is a directory", 21),
            };
        }
    }

    public VolumeFile CreateNew(string path, long reservedLength)
    {
        lock (_gate)
        {
            var (parent, name) = FindParent(path);
            if (parent.Find(_names.Fold(name)) is not null)
            {
                throw new IOException("File exists", 17);
            }

            var file = new MediumFile();
            parent.Set(_names.Fold(name), new MediumEntry(name, file));
            return new OpenFile(this, file);
        }
    }

    public void CreateEmpty(string path) => CreateNew(path, 0).Dispose();

    public bool FileExists(string path)
    {
        lock (_gate)
        {
            return Find(path) is MediumFile;
        }
    }

    public bool DirectoryExists(string path)
    {
        lock (_gate)
        {
            return Find(path) is MediumFolder;
        }
    }

    public void MoveOver(string source, string target)
    {
        lock (_gate)
        {
            var (from, fromName) = FindParent(source);
            var (to, toName) = FindParent(target);
            if (from.Find(_names.Fold(fromName)) is not MediumFile file)
            {
                throw new FileNotFoundException("No such file");
            }

            if (to.Find(_names.Fold(toName)) is MediumFolder)
            {
                throw new IOException("Is a directory", 21);
            }

            from.Remove(_names.Fold(fromName));
            to.Set(_names.Fold(toName), new MediumEntry(toName, file));
        }
    }

    public void Link(string source, string target)
    {
        lock (_gate)
        {
            var (from, fromName) = FindParent(source);
            var (to, toName) = FindParent(target);
            if (from.Find(_names.Fold(fromName)) is not MediumFile file)
            {
                throw new FileNotFoundException("No such file");
            }

            if (to.Find(_names.Fold(toName)) is not null)
            {
                throw new IOException("File exists", 17);
            }

            to.Set(_names.Fold(toName), new MediumEntry(toName, file));
        }
    }

    public bool DeleteFile(string path)
    {
        lock (_gate)
        {
            if (Find(path) is not MediumFile)
            {
                return false;
            }

            var (parent, name) = FindParent(path);
            parent.Remove(_names.Fold(name));
            return true;
        }
    }

    public bool CreateDirectory(string path)
    {
        lock (_gate)
        {
            var (parent, name) = FindParent(path);
            switch (parent.Find(_names.Fold(name)))
            {
                case MediumFolder:
                    return false;
                case MediumFile:
                    throw new IOException("File exists", 17);
                default:
                    parent.Set(_names.Fold(name), new MediumEntry(name, new MediumFolder()));
                    return true;
            }
        }
    }

    public bool DeleteDirectoryIfEmpty(string path)
    {
        lock (_gate)
        {
            if (Find(path) is not MediumFolder folder)
            {
                return true;
            }

            if (folder.Live.Count > 0)
            {
                return false;
            }

            var (parent, name) = FindParent(path);
            parent.Remove(_names.Fold(name));
            return true;
        }
    }

    public bool VisitDirectory(string path, VolumeEntryVisitor visitor)
    {
        MediumEntry[] entries;
        lock (_gate)
        {
            if (Find(path) is not MediumFolder folder)
            {
                return false;
            }

            entries = [.. folder.Live.Values];
        }

        foreach (var entry in entries)
        {
            visitor(entry.Name, entry.Node is MediumFolder);
        }

        return true;
    }

    public void FlushDirectory(string path)
    {
        lock (_gate)
        {
            if (Find(path) is not MediumFolder folder)
            {
                throw new DirectoryNotFoundException("No such directory");
            }

            folder.Flush();
        }
    }

    public VolumeLock OpenLock(string path)
    {
        lock (_gate)
        {
            var (parent, name) = FindParent(path);
            if (parent.Find(_names.Fold(name)) is not MediumFile file)
            {
                file = new MediumFile();
                parent.Set(_names.Fold(name), new MediumEntry(name, file));
            }

            return new HeldLock(this, file);
        }
    }

    public void Dispose()
    {
        // The content stays in memory for the next provider.
    }

    private static MediumFolder After(CrashPolicy policy, MediumFolder folder)
    {
        var entries = new Dictionary<string, MediumEntry>(folder.Durable, StringComparer.Ordinal);
        foreach (var (name, entry) in folder.Pending.Where(_ => policy.KeepsEntry()))
        {
            if (entry is null)
            {
                entries.Remove(name);
            }
            else
            {
                entries[name] = entry;
            }
        }

        var after = new MediumFolder();
        foreach (var (name, entry) in entries)
        {
            MediumNode node = entry.Node switch
            {
                MediumFolder inner => After(policy, inner),
                MediumFile file => new MediumFile(file.IsAhead ? policy.ContentOf(file) : file.Durable),
                _ => throw new InvalidOperationException(),
            };
            after.Set(name, new MediumEntry(entry.Name, node));
        }

        after.Flush();
        return after;
    }

    private static void Collect(MediumFolder folder, string path, List<string> files)
    {
        foreach (var entry in folder.Live.Values)
        {
            var full = path.Length == 0 ? entry.Name : $"{path}/{entry.Name}";
            if (entry.Node is MediumFolder inner)
            {
                Collect(inner, full, files);
            }
            else
            {
                files.Add(full);
            }
        }
    }

    private MediumNode? Find(string path)
    {
        MediumNode? node = _root;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = (node as MediumFolder)?.Find(_names.Fold(Legal(name)));
        }

        return node;
    }

    private (MediumFolder Parent, string Name) FindParent(string path)
    {
        var slash = path.LastIndexOf('/');
        return Find(slash < 0 ? string.Empty : path[..slash]) is MediumFolder parent
            ? (parent, Legal(path[(slash + 1)..]))
            : throw new DirectoryNotFoundException("No such directory");
    }

    private string Legal(string name) => _names.Violation(name) is { } violation
        ? throw new IOException($"The simulated file system refuses the name '{name}': {violation}.", 22)
        : name;

    internal sealed class OpenFile(InMemoryVolume volume, MediumFile file) : VolumeFile
    {
        public override long Length => file.Length;

        public override int Read(Span<byte> buffer, long offset)
        {
            lock (volume._gate)
            {
                return file.Read(buffer, offset);
            }
        }

        public override void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (volume._gate)
            {
                file.Write(bytes, offset);
            }
        }

        public override void Flush()
        {
            lock (volume._gate)
            {
                file.Flush();
            }
        }

        public void DropUnflushed()
        {
            lock (volume._gate)
            {
                file.DropUnflushed();
            }
        }

        protected override void Dispose(bool disposing)
        {
            // Nothing is open.
        }
    }

    private sealed class HeldLock(InMemoryVolume volume, MediumFile file) : VolumeLock
    {
        public override bool TryEnter()
        {
            lock (volume._gate)
            {
                if (file.LockHolder is not null && file.LockHolder != this)
                {
                    return false;
                }

                file.LockHolder = this;
                return true;
            }
        }

        public override void Exit()
        {
            lock (volume._gate)
            {
                file.LockHolder = file.LockHolder == this ? null : file.LockHolder;
            }
        }

        protected override void Dispose(bool disposing) => Exit();
    }
}
