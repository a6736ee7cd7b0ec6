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
    private readonly string _fullPath;
    private SafeFileHandle? _handle;

    public PhysicalLock(string fullPath)
    {
        _fullPath = fullPath;
        if (!OperatingSystem.IsWindows())
        {
            if (!File.Exists(fullPath))
            {
                Create(fullPath);
            }

            _handle = UnixCalls.OpenForLock(Encoding.UTF8.GetBytes(fullPath + '\0'), Name);
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

    // .NET takes a shared flock of its own when it opens a file, which would fail while somebody holds the lock; so it
    // only creates the file, and the handle to lock is opened by ourselves.
    private static void Create(string fullPath)
    {
        try
        {
            File.OpenHandle(fullPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete).Dispose();
        }
        catch (IOException) when (File.Exists(fullPath))
        {
            // Somebody else created it at the same time.
        }
    }
}
