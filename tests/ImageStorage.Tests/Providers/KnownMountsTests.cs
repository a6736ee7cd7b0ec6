using ImageStorage.Providers;

namespace ImageStorage.Tests.Providers;

public class KnownMountsTests
{
    [TestCase("/mnt/images/store", "/mnt/images")]
    [TestCase("/mnt/images", "/mnt/images")]
    [TestCase("/mnt/imagesX", "/mnt")]
    [TestCase("/mnt/images/nested/a", "/mnt/images/nested")]
    [TestCase("/home/store", null)]
    [Platform(Exclude = "Win")]
    public void Longest_mount_point_that_contains_the_path_counts(string path, string? expected) =>
        Assert.That(KnownMounts.Longest(["/", "/proc", "/mnt/images/", "/mnt", "/mnt/images/nested"], path), Is.EqualTo(expected));

    [Test]
    [Platform(Include = "Linux")]
    public void Link_on_the_way_is_followed_to_what_is_mounted()
    {
        var link = Path.Join(Path.GetTempPath(), $"imagestorage-link-{Guid.NewGuid():N}");
        Directory.CreateSymbolicLink(link, "/proc");
        try
        {
            Assert.That(KnownMounts.MountPointOf(Path.Join(link, "self", "not there")), Is.EqualTo("/proc"));
        }
        finally
        {
            Directory.Delete(link);
        }
    }
}
