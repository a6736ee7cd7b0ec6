using System.Collections.Concurrent;
using System.IO.Abstractions;
using System.Runtime.CompilerServices;

namespace ImageStorage.FileSystem.Volumes;

/// <summary>
/// A folder of any <see cref="IFileSystem"/>, so that an application's tests can run the provider on its
/// MockFileSystem. There is nothing to flush there, and locks exclude only users of the same object.
/// </summary>
internal sealed class FileSystemVolume(IFileSystem fileSystem, string root) : IVolume
{
    private static readonly ConditionalWeakTable<IFileSystem, ConcurrentDictionary<string, object>> Locks = [];
    private readonly string _root = fileSystem.Path.GetFullPath(root);

    public bool RootExists => fileSystem.Directory.Exists(_root);

    public bool RootIsFile => fileSystem.File.Exists(_root);

    public long? AvailableBytes => null;

    public void CreateRoot() => fileSystem.Directory.CreateDirectory(_root);

    public VolumeFile? OpenRead(string path)
    {
        if (!FileExists(path))
        {
            return null;
        }

        try
        {
            return new StreamFile(fileSystem.FileStream.New(Full(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Deleted since the look.
            return null;
        }
    }

    public VolumeFile CreateNew(string path, long reservedLength) =>
        new StreamFile(fileSystem.FileStream.New(Full(path), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete));

    public void CreateEmpty(string path) => CreateNew(path, 0).Dispose();

    public bool FileExists(string path) => fileSystem.File.Exists(Full(path));

    public bool DirectoryExists(string path) => fileSystem.Directory.Exists(Full(path));

    public void MoveOver(string source, string target) => fileSystem.File.Move(Full(source), Full(target), overwrite: true);

    public bool DeleteFile(string path)
    {
        if (!FileExists(path))
        {
            return false;
        }

        fileSystem.File.Delete(Full(path));
        return true;
    }

    public bool CreateDirectory(string path)
    {
        if (fileSystem.Directory.Exists(Full(path)))
        {
            return false;
        }

        fileSystem.Directory.CreateDirectory(Full(path));
        return true;
    }

    public bool DeleteDirectoryIfEmpty(string path)
    {
        var full = Full(path);
        if (fileSystem.Directory.Exists(full) && fileSystem.Directory.EnumerateFileSystemEntries(full).Any())
        {
            return false;
        }

        if (fileSystem.Directory.Exists(full))
        {
            fileSystem.Directory.Delete(full);
        }

        return true;
    }

    public bool VisitDirectory(string path, VolumeEntryVisitor visitor)
    {
        var full = Full(path);
        if (!fileSystem.Directory.Exists(full))
        {
            return false;
        }

        foreach (var entry in fileSystem.Directory.EnumerateDirectories(full))
        {
            visitor(fileSystem.Path.GetFileName(entry), true);
        }

        foreach (var entry in fileSystem.Directory.EnumerateFiles(full))
        {
            visitor(fileSystem.Path.GetFileName(entry), false);
        }

        return true;
    }

    public void FlushDirectory(string path)
    {
        // An abstract file system has no medium to flush to.
    }

    public VolumeLock OpenLock(string path)
    {
        // The file is there for those who look for it; what is locked is an object.
        var full = Full(path);
        fileSystem.FileStream.New(full, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete).Dispose();
        return new ObjectLock(Locks.GetOrCreateValue(fileSystem).GetOrAdd(full, _ => new object()));
    }

    public void Dispose()
    {
        // Holds nothing open.
    }

    private string Full(string path) => path.Length == 0 ? _root : fileSystem.Path.Combine(_root, path.Replace('/', fileSystem.Path.DirectorySeparatorChar));

    private sealed class StreamFile(FileSystemStream stream) : VolumeFile
    {
        public override long Length => stream.Length;

        public override int Read(Span<byte> buffer, long offset)
        {
            lock (stream)
            {
                stream.Position = offset;
                return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            }
        }

        public override void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (stream)
            {
                stream.Position = offset;
                stream.Write(bytes);
            }
        }

        public override void Flush() => stream.Flush();

        protected override void Dispose(bool disposing) => stream.Dispose();
    }

    private sealed class ObjectLock(object gate) : VolumeLock
    {
        private static readonly ConcurrentDictionary<object, object> Holders = new(ReferenceEqualityComparer.Instance);

        public override bool TryEnter() => Holders.TryAdd(gate, this);

        public override void Exit() => Holders.TryRemove(new KeyValuePair<object, object>(gate, this));

        protected override void Dispose(bool disposing) => Exit();
    }
}
