using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.FileSystem.Volumes;

/// <summary>
/// A lock file. On Unix a flock on a handle that stays open, on Windows an exclusive opening. Both end with the
/// process, also when it is killed.
/// </summary>
internal sealed class PhysicalLock : VolumeLock
{
    private const string Name = "a lock file";

    // Each lost race needs another process that deletes the file at this moment. After so many, something else is
    // wrong.
    private const int MaxAttempts = 20;

    private readonly string _fullPath;
    private SafeFileHandle? _handle;

    public PhysicalLock(string fullPath)
    {
        _fullPath = fullPath;
        if (!OperatingSystem.IsWindows())
        {
            _handle = CreateAndOpen(fullPath);
        }
    }

    public override bool TryEnter()
    {
        if (!OperatingSystem.IsWindows())
        {
            return UnixCalls.TryLock(_handle!, Name);
        }

        try
        {
            // Other openings ask for read and write access, which is not shared. Deleting the file must work while it
            // is locked.
            _handle = File.OpenHandle(_fullPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Delete);
            return true;
        }
        catch (IOException exception) when ((exception.HResult & 0xFFFF) is 32 or 33)
        {
            // A sharing or lock violation: another handle holds the lock.
            return false;
        }
    }

    public override void Exit()
    {
        if (OperatingSystem.IsWindows())
        {
            _handle?.Dispose();
            _handle = null;
        }
        else
        {
            UnixCalls.Unlock(_handle!, Name);
        }
    }

    protected override void Dispose(bool disposing) => _handle?.Dispose();

    /// <summary>
    /// Opens the file, and creates a missing file. Between the two, another process may delete the file: a process that
    /// cleans the staging area deletes the file of an owner that has not locked it yet. Then both steps are repeated.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    private static SafeFileHandle CreateAndOpen(string fullPath)
    {
        var path = Encoding.UTF8.GetBytes(fullPath + '\0');
        for (var attempt = 1; ; attempt++)
        {
            if (!File.Exists(fullPath))
            {
                Create(fullPath, path);
            }

            try
            {
                return UnixCalls.OpenForLock(path, Name);
            }
            catch (DirectoryNotFoundException) when (attempt < MaxAttempts && Directory.Exists(Path.GetDirectoryName(fullPath)))
            {
            }
        }
    }

    // .NET takes its own flock on files that it opens, and this fails while another process holds the lock. The handle
    // to lock is therefore never opened by .NET, and the file is not created by .NET where the system call is known.
    [UnsupportedOSPlatform("windows")]
    private static void Create(string fullPath, ReadOnlySpan<byte> native)
    {
        try
        {
            if (UnixCalls.HasFileCalls)
            {
                UnixCalls.CreateNew(native, Name).Dispose();
            }
            else
            {
                File.OpenHandle(fullPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete).Dispose();
            }
        }
        catch (IOException exception) when (FileErrors.IsExisting(exception) || File.Exists(fullPath))
        {
            // Another process created the file at the same time, and may have deleted it.
        }
    }
}
