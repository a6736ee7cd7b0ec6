using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Tests.Medium;

/// <summary>
/// The flushes of the real volume reach the system and are checked: on procfs, which cannot flush, they throw. (.NET's
/// own flush says there that all went well.)
/// </summary>
[Platform(Include = "Linux")]
public sealed class CheckedFlushTests
{
    [Test]
    public void Flush_of_a_file_throws_when_the_system_refuses()
    {
        using var file = PhysicalVolume.Open("/proc").OpenRead("version")!;

        Assert.That(file.Flush, Throws.TypeOf<IOException>());
    }

    [Test]
    public void Flush_of_a_folder_throws_when_the_system_refuses() => Assert.That(() => PhysicalVolume.Open("/proc").FlushDirectory("bus"), Throws.TypeOf<IOException>());
}
