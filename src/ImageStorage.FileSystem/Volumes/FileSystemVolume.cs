using System.Collections.Concurrent;
using System.IO.Abstractions;
using System.Runtime.CompilerServices;

namespace ImageStorage.FileSystem.Volumes;

/// <summary>
/// A folder of any <see cref="IFileSystem"/>, so that tests of an application can run the provider on a MockFileSystem.
/// Nothing is flushed there, and locks exclude only users of the same object. MockFileSystem is not thread-safe, so
/// calls on one file system are serialized.
/// </summary>
internal sealed class FileSystemVolume(IFileSystem fileSystem, string root) : IVolume
{
    private static readonly ConditionalWeakTable<IFileSystem, Shared> Users = [];
    private readonly Shared _shared = Users.GetOrCreateValue(fileSystem);
    private readonly string _root = fileSystem.Path.GetFullPath(root);

    public bool RootExists => InTurn(() => fileSystem.Directory.Exists(_root));

    public bool RootIsFile => InTurn(() => fileSystem.File.Exists(_root));

    public long? AvailableBytes => null;

    public void CreateRoot() => InTurn(() => fileSystem.Directory.CreateDirectory(_root));

    public FileIdentity? Identify(string path) => InTurn<FileIdentity?>(() =>
    {
        var full = Full(path);
        return fileSystem.File.Exists(full) ? new FileIdentity(0, 0, fileSystem.File.GetCreationTimeUtc(full).Ticks)
            : fileSystem.Directory.Exists(full) ? new FileIdentity(0, 1, fileSystem.Directory.GetCreationTimeUtc(full).Ticks)
            : null;
    });

    public VolumeFile? OpenRead(string path) => InTurn(() => fileSystem.File.Exists(Full(path))
        ? new StreamFile(fileSystem.FileStream.New(Full(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), _shared)
        : null);

    public VolumeFile CreateNew(string path, long reservedLength) => InTurn(() => fileSystem.File.Exists(Full(path))
        ? throw new IOException("The file exists already.", FileErrors.ExistingCode)
        : new StreamFile(fileSystem.FileStream.New(Full(path), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete), _shared));

    public bool FileExists(string path) => InTurn(() => fileSystem.File.Exists(Full(path)));

    public bool DirectoryExists(string path) => InTurn(() => fileSystem.Directory.Exists(Full(path)));

    public void MoveOver(string source, string target) => InTurn(() =>
    {
        fileSystem.File.Move(Full(source), Full(target), overwrite: true);
        return true;
    });

    public void Link(string source, string target) => InTurn(() =>
    {
        // The interface has no hard links, and nothing is flushed.
        fileSystem.File.Copy(Full(source), Full(target), overwrite: false);
        return true;
    });

    public bool DeleteFile(string path) => InTurn(() =>
    {
        var exists = fileSystem.File.Exists(Full(path));
        if (exists)
        {
            fileSystem.File.Delete(Full(path));
        }

        return exists;
    });

    public bool CreateDirectory(string path) => InTurn(() =>
    {
        var exists = fileSystem.Directory.Exists(Full(path));
        if (!exists)
        {
            // The call of the interface would also create the parents.
            fileSystem.Directory.CreateDirectory(fileSystem.Directory.Exists(fileSystem.Path.GetDirectoryName(Full(path))) ? Full(path) : throw new DirectoryNotFoundException("A folder of the store is missing."));
        }

        return !exists;
    });

    public bool DeleteDirectoryIfEmpty(string path) => InTurn(() =>
    {
        var full = Full(path);
        if (!fileSystem.Directory.Exists(full))
        {
            return true;
        }

        if (fileSystem.Directory.EnumerateFileSystemEntries(full).Any())
        {
            return false;
        }

        fileSystem.Directory.Delete(full);
        return true;
    });

    public bool VisitDirectory(string path, VolumeEntryVisitor visitor)
    {
        var full = Full(path);
        var entries = InTurn<(string[] Folders, string[] Files)?>(() => fileSystem.Directory.Exists(full)
            ? ([.. fileSystem.Directory.EnumerateDirectories(full)], [.. fileSystem.Directory.EnumerateFiles(full)])
            : null);
        if (entries is not { } found)
        {
            return false;
        }

        foreach (var folder in found.Folders)
        {
            visitor(fileSystem.Path.GetFileName(folder), true);
        }

        foreach (var file in found.Files)
        {
            visitor(fileSystem.Path.GetFileName(file), false);
        }

        return true;
    }

    public void FlushDirectory(string path)
    {
        // An abstract file system has no medium to flush to.
    }

    public VolumeLock OpenLock(string path) => InTurn(() =>
    {
        // The file exists for callers that list the folder; the lock is an object.
        var full = Full(path);
        fileSystem.FileStream.New(full, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete).Dispose();
        return new ObjectLock(_shared.Locks.GetOrAdd(full, _ => new object()));
    });

    public void Dispose()
    {
        // Nothing is open.
    }

    private T InTurn<T>(Func<T> call)
    {
        lock (_shared)
        {
            return call();
        }
    }

    private string Full(string path) => path.Length == 0 ? _root : fileSystem.Path.Combine(_root, path.Replace('/', fileSystem.Path.DirectorySeparatorChar));

    /// <summary>
    /// The locks that all volumes on one file system share. The object itself is the lock that serializes calls.
    /// </summary>
    private sealed class Shared
    {
        public ConcurrentDictionary<string, object> Locks { get; } = new();
    }

    private sealed class StreamFile(FileSystemStream stream, Shared shared) : VolumeFile
    {
        public override long Length
        {
            get
            {
                lock (shared)
                {
                    return stream.Length;
                }
            }
        }

        public override int Read(Span<byte> buffer, long offset)
        {
            lock (shared)
            {
                stream.Position = offset;
                return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            }
        }

        public override void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (shared)
            {
                stream.Position = offset;
                stream.Write(bytes);
            }
        }

        public override void Publish() => Flush();

        public override void Flush()
        {
            lock (shared)
            {
                stream.Flush();
            }
        }

        protected override void Dispose(bool disposing)
        {
            lock (shared)
            {
                stream.Dispose();
            }
        }
    }

    private sealed class ObjectLock(object gate) : VolumeLock
    {
        private static readonly ConcurrentDictionary<object, object> Holders = new(ReferenceEqualityComparer.Instance);

        public override bool TryEnter() => Holders.TryAdd(gate, this);

        public override void Exit() => Holders.TryRemove(new KeyValuePair<object, object>(gate, this));

        protected override void Dispose(bool disposing) => Exit();
    }
}
