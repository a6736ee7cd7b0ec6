using ImageStorage.Providers;
using static ImageStorage.Tests.Providers.Records.RecordBytes;

namespace ImageStorage.Tests.Providers.Records;

/// <summary>Records as bytes: round trips, the bytes themselves, other builds of the library.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class RecordCodecTests
{
    // A change of these bytes is a change of the format: docs/design/record-format.md has the rules.
    private const string Golden =
        "1207612f622e706e67" + "1a027631" + "2209696d6167652f706e67" + "280a" + "3002" + "3803"
        + "42100000000000000000000000000000004d" + "52080880f2d6ca061000" + "5a08088095dcca061000" + "6205622e706e67"
        + "6a060a016b120176" + "720174" + "7a080a03612e62120163" + "800106" + "880101" + "9201" + "0c0a0662726f746c691005180a";

    [Test]
    public void Record_has_exactly_these_bytes()
    {
        Assert.That(Convert.ToHexStringLower(Of(ImageInfoTests.Sample)), Is.EqualTo(Golden));
        Assert.That(Read(Convert.FromHexString(Golden)), Is.EqualTo(ImageInfoTests.Sample));
    }

    [Test]
    public void Random_records_are_read_as_written()
    {
        var (random, seed) = Seeded();
        for (var i = 0; i < 5_000; i++)
        {
            var info = RecordBytes.Random(random);
            var read = Read(Of(info), random.Next(2) == 0 ? default(ImageKey?) : info.Key);
            Assert.That(read, Is.EqualTo(info), $"seed {seed}");
            Assert.That(Of(read), Is.EqualTo(Of(info)), $"seed {seed}");
            Assert.That(Read(Of(info, includeKey: false), info.Key), Is.EqualTo(info), $"seed {seed}");
        }
    }

    [Test]
    public void Fields_may_come_in_any_order()
    {
        var (random, seed) = Seeded();
        var fields = Split(Of(ImageInfoTests.Sample));
        for (var i = 0; i < 100; i++)
        {
            random.Shuffle(fields);
            Assert.That(Read(fields.SelectMany(field => field).ToArray()), Is.EqualTo(ImageInfoTests.Sample), $"seed {seed}");
        }
    }

    [Test]
    public void Usual_types_and_empty_collections_are_shared()
    {
        foreach (var type in new[] { "image/jpeg", "image/png", "image/webp", "image/gif", "image/avif" })
        {
            var bare = new ImageInfo { Key = "a", ContentType = type, Length = 1, Width = 1, Height = 1, XxHash128 = 1, CreatedAt = default, ModifiedAt = default, ETag = new ImageETag("v") };
            var (one, other) = (Read(Of(bare), bare.Key), Read(Of(bare)));

            Assert.That(one, Is.EqualTo(bare));
            Assert.That(one.ContentType, Is.SameAs(other.ContentType));
            Assert.That(one.Metadata, Is.SameAs(MetadataDictionary.Empty));
            Assert.That(one.Properties, Is.SameAs(MetadataDictionary.Empty));
            Assert.That(one.Key.Value, Is.SameAs(bare.Key.Value));
        }
    }

    [Test]
    public void Record_of_another_image_is_refused() =>
        Assert.That(() => Read(Of(ImageInfoTests.Sample), "other.png"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("a/b.png").And.Message.Contains("copied or renamed"));

    [Test]
    public void Record_without_a_key_needs_the_key() =>
        Assert.That(() => Read(Of(ImageInfoTests.Sample, includeKey: false)), Throws.TypeOf<InvalidDataException>());

    private static IEnumerable<TestCaseData> Unwritable()
    {
        yield return new TestCaseData(ImageInfoTests.Sample with { ETag = default }).SetArgDisplayNames("no ETag");
        yield return new TestCaseData(ImageInfoTests.Sample with { Length = -1 }).SetArgDisplayNames("negative length");
        yield return new TestCaseData(ImageInfoTests.Sample with { Width = -1 }).SetArgDisplayNames("negative width");
        yield return new TestCaseData(ImageInfoTests.Sample with { FrameCount = -1 }).SetArgDisplayNames("negative frames");
        yield return new TestCaseData(ImageInfoTests.Sample with { FileName = "\uD800" }).SetArgDisplayNames("lone surrogate");
        yield return new TestCaseData(ImageInfoTests.Sample with { Tags = [new string('x', 100) + "\uDC00"] }).SetArgDisplayNames("lone surrogate in a long text");
        yield return new TestCaseData(ImageInfoTests.Sample with { Properties = MetadataDictionary.Empty.Add("a.b", "\uD800") }).SetArgDisplayNames("lone surrogate in a property");
    }

    // What could not be read again must not be written.
    [TestCaseSource(nameof(Unwritable))]
    public void Record_that_could_not_be_read_is_not_written(ImageInfo info) => Assert.That(() => Of(info), Throws.InstanceOf<ArgumentException>());

    private static IEnumerable<TestCaseData> NewFields()
    {
        yield return new TestCaseData(Number(19, ulong.MaxValue)).SetArgDisplayNames("number");
        yield return new TestCaseData(Fixed64(20, 5)).SetArgDisplayNames("eight bytes");
        yield return new TestCaseData(Fixed32(1000, 5)).SetArgDisplayNames("four bytes");
        yield return new TestCaseData(Text((1 << 29) - 1, "new")).SetArgDisplayNames("text");
        yield return new TestCaseData((byte[])[.. Text(30, "a"), .. Text(30, "a"), .. Number(19, 1)]).SetArgDisplayNames("repeated");
        yield return new TestCaseData(Bytes(19, new byte[4000])).SetArgDisplayNames("long");
    }

    // A newer build wrote the field, this build updates the record.
    [TestCaseSource(nameof(NewFields))]
    public void Field_of_a_newer_build_is_written_again(byte[] field)
    {
        var read = Read([.. field, .. Of(ImageInfoTests.Sample)]);
        var updated = new RecordUpdate { Tags = ["new"] }.ApplyTo(read, read.ModifiedAt, read.ETag);

        Assert.That(read, Is.EqualTo(ImageInfoTests.Sample), "the field is no part of equality");
        Assert.That(Of(updated), Is.EqualTo((byte[])[.. Of(ImageInfoTests.Sample with { Tags = ["new"] }), .. field]));
        Assert.That(System.Text.Json.JsonSerializer.Serialize(updated), Is.EqualTo(System.Text.Json.JsonSerializer.Serialize(ImageInfoTests.Sample with { Tags = ["new"] })));
        Assert.That(updated.ToString(), Is.EqualTo((ImageInfoTests.Sample with { Tags = ["new"] }).ToString()));
    }

    [Test]
    public void More_unknown_fields_than_a_build_may_add_are_refused()
    {
        byte[] most = [.. Bytes(19, new byte[4000]), .. Bytes(20, new byte[89])];
        Assert.That(most, Has.Length.EqualTo(4096));

        Assert.That(Of(Read([.. Of(ImageInfoTests.Sample), .. most])), Has.Length.EqualTo(Of(ImageInfoTests.Sample).Length + 4096));
        Assert.That(() => Read([.. Of(ImageInfoTests.Sample), .. most, .. Number(21, 0)]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("4096"));
    }

    [TestCase(2ul)]
    [TestCase((ulong)uint.MaxValue)]
    public void Record_of_a_higher_format_needs_a_newer_library(ulong format)
    {
        // What follows the format may be anything.
        var failure = Assert.Throws<StorageNotSupportedException>(() => Read([.. Number(1, format), .. Text(5, "a length as text"), 0xFF], "a/b.png"));

        Assert.That(failure!.Message, Does.Contain("'a/b.png'").And.Contain("Test").And.Contain("newer version").And.Contain("Update the library"));
        Assert.That((failure.Key, failure.Provider), Is.EqualTo(((ImageKey?)"a/b.png", "Test")));
    }

    [Test]
    public void Record_that_states_the_first_format_is_read() =>
        Assert.That(Read([.. Number(1, 1), .. Of(ImageInfoTests.Sample)]), Is.EqualTo(ImageInfoTests.Sample));

    internal static (Random Random, int Seed) Seeded()
    {
        var wanted = Environment.GetEnvironmentVariable("IMAGESTORAGE_TEST_SEED");
        var seed = wanted is null ? System.Random.Shared.Next() : int.Parse(wanted, System.Globalization.CultureInfo.InvariantCulture);
        TestContext.Out.WriteLine($"seed {seed} (repeat with IMAGESTORAGE_TEST_SEED={seed})");
        return (new Random(seed), seed);
    }

    internal static byte[][] Split(byte[] record)
    {
        var fields = new List<byte[]>();
        var reader = new WireReader(record);
        for (var start = 0; reader.MoveNext(); start = reader.Position)
        {
            reader.Skip();
            fields.Add(record[start..reader.Position]);
        }

        return [.. fields];
    }
}
