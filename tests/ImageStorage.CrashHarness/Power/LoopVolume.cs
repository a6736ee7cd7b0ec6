using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Workers;

namespace ImageStorage.CrashHarness.Power;

/// <summary>A file system in a file, mounted by a loop device that is removed with the mount.</summary>
internal sealed class LoopVolume : IDisposable
{
    // The minimum size of xfs is 300 MB.
    private const long Length = 400L << 20;
    private readonly string _image;
    private readonly string _type;
    private readonly string _mount = Tools.Require("mount", "mount");
    private readonly string _unmount = Tools.Require("umount", "mount");
    private bool _isMounted;

    /// <exception cref="MissingPartException">This machine cannot create such a file system.</exception>
    public LoopVolume(string folder, string type)
    {
        if (!LinuxCalls.IsRoot)
        {
            throw new MissingPartException("only root can mount a file system and cut its power", mayBeMissing: true);
        }

        _type = type;
        _image = Path.Join(folder, $"{type}.img");
        MountPoint = Path.Join(folder, type);
        var make = Tools.Require($"mkfs.{type}", type == "xfs" ? "xfsprogs" : "e2fsprogs");
        Tools.Require("losetup", "mount");
        if (!File.Exists("/dev/loop-control"))
        {
            throw new MissingPartException("this kernel or container has no loop devices");
        }

        Directory.CreateDirectory(MountPoint);
        using (var file = File.Create(_image))
        {
            file.SetLength(Length);
        }

        Tools.Do(make, "-q", _image);
        var (exitCode, output) = Tools.Run(_mount, "-t", _type, "-o", "loop", _image, MountPoint);
        _isMounted = exitCode == 0 ? true : throw new MissingPartException($"{type} cannot be mounted here: {output.Trim()}");
    }

    public string MountPoint { get; }

    public void CutPower() => LinuxCalls.CutPower(MountPoint);

    /// <summary>Unmounts and mounts, so that the file system recovers from its journal.</summary>
    public void PowerUp()
    {
        Unmount();
        Tools.Do(_mount, "-t", _type, "-o", "loop", _image, MountPoint);
        _isMounted = true;
    }

    public void Dispose() => Unmount();

    private void Unmount()
    {
        if (!_isMounted)
        {
            return;
        }

        // An indexer or a shell may still use the mount. A lazy unmount does not wait for them.
        if (Tools.Run(_unmount, MountPoint).ExitCode != 0)
        {
            Tools.Do(_unmount, "--lazy", MountPoint);
        }

        _isMounted = false;
    }
}
