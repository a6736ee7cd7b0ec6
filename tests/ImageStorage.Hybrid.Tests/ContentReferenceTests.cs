using CsCheck;

namespace ImageStorage.Hybrid.Tests;

public class ContentReferenceTests
{
    private const string Id = "0197b2c4a1b27c3d8e9f00112233445d";

    private static readonly ImageInfo Record = new()
    {
        Key = "a.png",
        ContentType = "image/png",
        Length = 9_000,
        Width = 1,
        Height = 1,
        XxHash128 = 1,
        CreatedAt = DateTimeOffset.UnixEpoch,
        ModifiedAt = DateTimeOffset.UnixEpoch,
        ETag = new ImageETag("x"),
    };

    private static ImageEncoding EncodingOf(string name, long storedLength) => new() { Name = name, StoredLength = storedLength, OriginalLength = 9_000 };

    [Test]
    public void Record_with_a_reference_stores_nothing_and_shows_nothing_of_it()
    {
        var reference = new ContentReference(Id, 9_000);
        var record = Record with { Encoding = EncodingOf(reference.AddTo(null), 0) };

        Assert.That(record.Encoding.Name, Is.EqualTo($"external:{Id}:9000"));
        Assert.That(ContentReference.In(record.Encoding), Is.EqualTo(reference));
        Assert.That(ContentReference.Strip(record), Is.EqualTo(Record));
    }

    [Test]
    public void What_a_layer_did_before_is_kept()
    {
        var encoding = EncodingOf("brotli+aes-256-gcm", 5_000);
        var reference = new ContentReference(Id, 5_000);
        var record = Record with { Encoding = EncodingOf(reference.AddTo(encoding.Name), 0) };

        Assert.That(record.Encoding.Name, Is.EqualTo($"brotli+aes-256-gcm+external:{Id}:5000"));
        Assert.That(ContentReference.Strip(record).Encoding, Is.EqualTo(encoding));
    }

    [TestCase("brotli")]
    [TestCase("external:")]
    [TestCase("external:xyz:9")]
    [TestCase("external:0197b2c4a1b27c3d8e9f00112233445d")]
    [TestCase("external:0197b2c4a1b27c3d8e9f00112233445d:")]
    [TestCase("external:0197b2c4a1b27c3d8e9f00112233445d:-1")]
    [TestCase("external:0197b2c4a1b27c3d8e9f00112233445D:1")]
    [TestCase("external:0197b2c4a1b27c3d8e9f00112233445d:1+brotli")]
    [TestCase("external:0197b2c4a1b27c3d8e9f00112233445d:99999999999999999999")]
    [TestCase("")]
    [TestCase("+")]
    public void Other_encodings_are_no_reference(string name)
    {
        var record = Record with { Encoding = EncodingOf(name, 1) };

        Assert.That(ContentReference.In(record.Encoding), Is.Null);
        Assert.That(ContentReference.Strip(record), Is.SameAs(record));
    }

    [Test]
    public void Key_leads_back_to_the_id()
    {
        var id = ContentReference.NewId();

        Assert.That(ContentReference.TryParseKey(ContentReference.KeyOf(id).Value, out var found), Is.True);
        Assert.That(found, Is.EqualTo(id));
        Assert.That(ContentReference.KeyOf(Id).Value, Is.EqualTo($"hybrid-content/0197b2/{Id}"));
    }

    [TestCase("hybrid-content/0197b3/0197b2c4a1b27c3d8e9f00112233445d")]
    [TestCase("hybrid-content/0197b2c4a1b27c3d8e9f00112233445d")]
    [TestCase("other/5d/0197b2c4a1b27c3d8e9f00112233445d")]
    [TestCase("hybrid-content/0197b2/x/0197b2c4a1b27c3d8e9f00112233445d")]
    [TestCase("hybrid-content/")]
    [TestCase("hybrid-content")]
    public void Keys_of_other_origin_have_no_id(string key) => Assert.That(ContentReference.TryParseKey(key, out _), Is.False);

    [Test]
    public void No_text_makes_the_parsers_throw() => Gen.String.Sample(text =>
    {
        _ = ContentReference.In("external:" + text);
        _ = ContentReference.TryParseKey(text, out _);
    });
}
