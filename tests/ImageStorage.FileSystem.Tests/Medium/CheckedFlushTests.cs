using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Tests.Medium;

/// <summary>
/// The flushes of the real volume reach the operating system and are checked: on procfs, which cannot flush, they
/// throw. The flush of .NET reports success there.
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

    // The file system does not support the call, and the medium is sound: the message names the cause, and the failure
    // is not transient.
    [Test]
    public void Flush_of_a_folder_where_the_file_system_has_no_such_flush_says_so()
    {
        var failure = Assert.Throws<VolumeFailureException>(() => PhysicalVolume.Open("/proc").FlushDirectory("bus"));

        var translated = FileErrors.Translate(failure!, "saving", "a.png");
        Assert.That((translated.GetType(), translated.IsTransient), Is.EqualTo((typeof(StorageUnavailableException), false)));
        Assert.That(translated.Message, Does.Contain("a.png").And.Contain("fsync of a folder: Invalid argument").And.Contain("Relaxed"));
    }
}
