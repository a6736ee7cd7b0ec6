using System.Collections.Immutable;
using ImageStorage.Providers;

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
        Properties = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("a.b", "c"),
        Orientation = ImageOrientation.RightTop,
        FrameCount = 1,
        Encoding = new ImageEncoding { Name = "brotli", StoredLength = 5, OriginalLength = 10 },
    };

    [Test]
    public void Equality_is_by_value_of_all_parts()
    {
        var same = Sample with { Metadata = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("k", "v"), Tags = ["t"], Encoding = new ImageEncoding { Name = "brotli", StoredLength = 5, OriginalLength = 10 } };

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
            Sample with { Properties = Sample.Properties.Add("a.c", "d") }, Sample with { Orientation = null }, Sample with { FrameCount = 2 },
        ];

        Assert.That(others, Has.None.EqualTo(Sample));
        Assert.That(others, Has.Length.EqualTo(typeof(ImageInfo).GetProperties().Length + 1), "A new property needs its line here (IsAnimated is made of another; metadata and tags have two lines each).");
    }

    [Test]
    public void Update_changes_what_it_names_and_keeps_the_rest()
    {
        Assert.That(new RecordUpdate().ApplyTo(Sample, Sample.ModifiedAt, Sample.ETag), Is.EqualTo(Sample));
        Assert.That(Apply(new RecordUpdate { FileName = string.Empty }).FileName, Is.Null);
        Assert.That(Apply(new RecordUpdate { Tags = ["b", "a", "b"] }), Is.EqualTo(Sample with { Tags = ["a", "b"], Properties = MetadataDictionary.Empty }));
        Assert.That(Apply(new RecordUpdate { Metadata = new Dictionary<string, string>() }).Metadata, Is.Empty);
        Assert.That(Apply(new RecordUpdate { FrameCount = 3, Orientation = ImageOrientation.LeftTop, Sha256 = Digest }), Is.EqualTo(Sample with { FrameCount = 3, Orientation = ImageOrientation.LeftTop, Sha256 = Digest, Properties = MetadataDictionary.Empty }));
    }

    [Test]
    public void Update_sets_and_removes_the_properties_that_it_names()
    {
        var before = Sample with { Properties = MetadataDictionary.Empty.Add("a.one", "1").Add("a.two", "2").Add("b.three", "3") };
        var update = new RecordUpdate { Properties = new Dictionary<string, string?> { ["a.one"] = "new", ["a.two"] = null, ["c.four"] = "4", ["d.missing"] = null } };
        var after = update.ApplyTo(before, before.ModifiedAt, before.ETag);
        Assert.That(after.Properties, Is.EqualTo(new Dictionary<string, string> { ["a.one"] = "new", ["b.three"] = "3", ["c.four"] = "4" }));
    }

    [TestCase("plain")]
    [TestCase(".a")]
    [TestCase("a.")]
    [TestCase("a..b")]
    [TestCase("A.b")]
    [TestCase("a.b c")]
    [TestCase("")]
    public void Property_without_a_feature_and_a_name_is_refused(string name)
    {
        var failure = Assert.Throws<ImageValidationException>(() => Apply(new RecordUpdate { Properties = new Dictionary<string, string?> { [name] = "1" } }))!;
        Assert.That(failure.Kind, Is.EqualTo(ImageValidationKind.InvalidProperties));
        Assert.That(failure.Message, Does.Contain(Sample.Key.Value));
    }

    [Test]
    public void Properties_have_1024_bytes_together()
    {
        var full = new RecordUpdate { Properties = new Dictionary<string, string?> { ["a.b"] = new string('é', 510) + "x" } };
        Assert.That(Apply(full).Properties["a.b"], Has.Length.EqualTo(511));
        var longer = full with { Properties = new Dictionary<string, string?> { ["a.b"] = new string('é', 510) + "xy" } };
        Assert.That(Assert.Throws<ImageValidationException>(() => Apply(longer))!.Message, Does.Contain("1025"));
    }

    private static Sha256Digest Digest { get; } = new(new byte[32]);

    private static ImageInfo Apply(RecordUpdate update) => update.ApplyTo(Sample with { Properties = MetadataDictionary.Empty }, Sample.ModifiedAt, Sample.ETag);

    [Test]
    public void Encoding_tells_its_ratio()
    {
        Assert.That(new ImageEncoding { Name = "brotli", StoredLength = 25, OriginalLength = 100 }.Ratio, Is.EqualTo(0.25));
        Assert.That(new ImageEncoding { Name = "brotli", StoredLength = 25, OriginalLength = 0 }.Ratio, Is.EqualTo(1));
    }
}
