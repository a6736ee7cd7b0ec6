using System.Runtime.Versioning;
using System.Text;

namespace ImageStorage.FileSystem.Volumes;

/// <summary>
/// A folder of the real file system on Linux and macOS. The frequent operations use <see cref="UnixCalls"/>.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixVolume(string root) : PhysicalVolume(root)
{
    // Paths are built on the stack. Longer paths are rare and use the heap.
    private const int StackLength = 1024;

    private byte[] _rootUtf8 = [];

    public override VolumeFile? OpenRead(string path)
    {
        Span<byte> buffer = stackalloc byte[StackLength];
        return UnixCalls.TryOpenWithoutLinks(Native(path, buffer), path, out var handle)
            ? handle is null ? null : new PhysicalFile(handle, path)
            : base.OpenRead(path);
    }

    public override VolumeFile CreateNew(string path, long reservedLength)
    {
        if (!UnixCalls.HasFileCalls)
        {
            return base.CreateNew(path, reservedLength);
        }

        RefuseLinkedFolderOf(path);
        Span<byte> buffer = stackalloc byte[StackLength];
        var handle = UnixCalls.CreateNew(Native(path, buffer), path);
        try
        {
            // Not left to .NET, which names a full disk only in the text of its exception.
            UnixCalls.Reserve(handle, reservedLength, path);
            return new PhysicalFile(handle, path);
        }
        catch
        {
            handle.Dispose();
            DeleteFile(path);
            throw;
        }
    }

    public override bool FileExists(string path)
    {
        RefuseLinkedFolderOf(path);
        Span<byte> buffer = stackalloc byte[StackLength];
        return UnixCalls.Exists(Native(path, buffer), path);
    }

    public override FileIdentity? Identify(string path)
    {
        Span<byte> buffer = stackalloc byte[StackLength];
        return UnixCalls.TryIdentify(Native(path, buffer), path, out var identity) ? identity : base.Identify(path);
    }

    public override bool CreateDirectory(string path)
    {
        RefuseLinks(path);
        Span<byte> buffer = stackalloc byte[StackLength];
        var native = Native(path, buffer);
        while (!UnixCalls.MakeDirectory(native, path))
        {
            var full = Full(path);
            if (Directory.Exists(full))
            {
                return false;
            }

            if (File.Exists(full))
            {
                throw new IOException("A file has the path of a folder of the store.", Errno.Exists);
            }

            // Removed again in between.
        }

        return true;
    }

    public override bool DeleteDirectoryIfEmpty(string path)
    {
        RefuseLinkedFolderOf(path);
        Span<byte> buffer = stackalloc byte[StackLength];
        var isGone = UnixCalls.RemoveDirectory(Native(path, buffer), path);
        if (isGone)
        {
            ForgetPlainFolder(path);
        }

        return isGone;
    }

    public override void MoveOver(string source, string target)
    {
        RefuseLinkedFolderOf(source);
        RefuseLinkedFolderOf(target);
        Span<byte> from = stackalloc byte[StackLength];
        Span<byte> to = stackalloc byte[StackLength];
        UnixCalls.Rename(Native(source, from), Native(target, to), target);
    }

    public override void Link(string source, string target)
    {
        RefuseLinkedFolderOf(source);
        RefuseLinkedFolderOf(target);
        Span<byte> from = stackalloc byte[StackLength];
        Span<byte> to = stackalloc byte[StackLength];
        if (!UnixCalls.TryLink(Native(source, from), Native(target, to), target))
        {
            Copy(source, target);
        }
    }

    public override bool DeleteFile(string path)
    {
        RefuseLinkedFolderOf(path);
        Span<byte> buffer = stackalloc byte[StackLength];
        return UnixCalls.Delete(Native(path, buffer), path);
    }

    public override void FlushDirectory(string path)
    {
        Span<byte> buffer = stackalloc byte[StackLength];
        using var handle = UnixCalls.OpenDirectory(Native(path, buffer), path);
        UnixCalls.FlushDirectory(handle, path);
    }

    protected override void FlushOutside(string fullPath)
    {
        using var handle = UnixCalls.OpenDirectory(Encoding.UTF8.GetBytes(fullPath + '\0'), "the folder above the store");
        UnixCalls.FlushDirectory(handle, "the folder above the store");
    }

    protected override string Resolve(string root)
    {
        var real = UnixCalls.RealPath(root);
        _rootUtf8 = Encoding.UTF8.GetBytes(real + '/');
        return real;
    }

    /// <summary>Returns the full path for system calls, with a zero byte at the end.</summary>
    private ReadOnlySpan<byte> Native(string path, Span<byte> buffer)
    {
        var root = RealRoot();
        var front = _rootUtf8.Length > 0 ? _rootUtf8 : Encoding.UTF8.GetBytes(root + '/');
        var length = front.Length + path.Length + 1;
        if (length > buffer.Length)
        {
            buffer = new byte[length];
        }

        front.CopyTo(buffer);
        Encoding.ASCII.GetBytes(path, buffer[front.Length..]);
        buffer[length - 1] = 0;
        return buffer[..length];
    }
}
