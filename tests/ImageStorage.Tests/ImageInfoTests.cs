using System.Collections.Immutable;

namespace ImageStorage.Tests;

public class ImageInfoTests
{
    internal static readonly ImageInfo Sample = new()
    {
        Key = "a/b.png",
        ContentType = "image/png",
        Length = 10,
        Width = 2,
        Height = 3,
        XxHash128 = 77,
        CreatedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        ModifiedAt = new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero),
        ETag = new ImageETag("v1"),
        FileName = "b.png",
        Metadata = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("k", "v"),
        Tags = ["t"],
        Encoding = new ImageEncoding("brotli", 5, 10),
    };

    [Test]
    public void Equality_is_by_value_of_all_parts()
    {
        var same = Sample with { Metadata = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("k", "v"), Tags = ["t"], Encoding = new ImageEncoding("brotli", 5, 10) };

        Assert.That(same, Is.EqualTo(Sample));
        Assert.That(same.GetHashCode(), Is.EqualTo(Sample.GetHashCode()));
    }

    [Test]
    public void A_difference_in_any_part_is_a_difference()
    {
        ImageInfo[] others =
        [
            Sample with { Key = "a/c.png" }, Sample with { ContentType = "image/gif" }, Sample with { Length = 11 }, Sample with { Width = 1 }, Sample with { Height = 1 },
            Sample with { Sha256 = default(Sha256Digest) }, Sample with { XxHash128 = 78 }, Sample with { CreatedAt = Sample.CreatedAt.AddTicks(1) }, Sample with { ModifiedAt = Sample.ModifiedAt.AddTicks(1) },
            Sample with { ETag = new ImageETag("v2") }, Sample with { FileName = null }, Sample with { Metadata = Sample.Metadata.Add("l", "v") }, Sample with { Metadata = Sample.Metadata.SetItem("k", "w") },
            Sample with { Tags = ["t", "u"] }, Sample with { Tags = [] }, Sample with { Encoding = null },
        ];

        Assert.That(others, Has.None.EqualTo(Sample));
        Assert.That(others, Has.Length.EqualTo(typeof(ImageInfo).GetProperties().Length + 1), "A new property needs its line here (Digest is made of others; metadata and tags have two lines each).");
    }

    [Test]
    public void Update_changes_what_it_names_and_keeps_the_rest()
    {
        Assert.That(new ImageUpdate().ApplyTo(Sample), Is.EqualTo(Sample));
        Assert.That(new ImageUpdate { FileName = string.Empty }.ApplyTo(Sample).FileName, Is.Null);
        Assert.That(new ImageUpdate { Tags = ["b", "a", "b"] }.ApplyTo(Sample), Is.EqualTo(Sample with { Tags = ["a", "b"] }));
        Assert.That(new ImageUpdate { Metadata = new Dictionary<string, string>() }.ApplyTo(Sample).Metadata, Is.Empty);
    }

    [Test]
    public void Encoding_tells_its_ratio()
    {
        Assert.That(new ImageEncoding("brotli", 25, 100).Ratio, Is.EqualTo(0.25));
        Assert.That(new ImageEncoding("brotli", 25, 0).Ratio, Is.EqualTo(1));
    }
}
