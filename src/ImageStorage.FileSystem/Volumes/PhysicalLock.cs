using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.FileSystem.Volumes;

/// <summary>
/// A lock file. On Unix flock on a handle that stays open, on Windows the exclusive opening itself; both end when the
/// process does, however it does.
/// </summary>
internal sealed class PhysicalLock : VolumeLock
{
    private const string Name = "a lock file";

    // Each lost race needs another process that reclaims at just that moment; past this, something else is wrong.
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
            // Whoever else opens it wants to read and write, which is not shared; deleting it while it is held must work.
            _handle = File.OpenHandle(_fullPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Delete);
            return true;
        }
        catch (IOException exception) when ((exception.HResult & 0xFFFF) is 32 or 33)
        {
            // A sharing or lock violation: somebody holds it.
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
    /// Opens the file, which is created when it is missing. Between the two somebody may delete it: who reclaims the
    /// staging area takes the file of an owner that has not locked it yet for that of a dead one. Then all begins anew.
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

    // .NET takes a flock of its own on what it opens, which fails while another process holds the lock: so the handle to lock is
    // never opened by .NET, and neither is the file created by it where the system call is known.
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
            // Somebody else created it at the same time, and may have deleted it again.
        }
    }
}
