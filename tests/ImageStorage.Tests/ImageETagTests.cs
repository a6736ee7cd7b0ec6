using ImageStorage.Providers;

namespace ImageStorage.Tests;

public class ImageETagTests
{
    [TestCase("a")]
    [TestCase("0x8DC-1")]
    [TestCase("!~#$%&'()*+,/:;<=>?@[\\]^_`{|}")]
    public void Text_without_quotes_and_spaces_is_taken(string text)
    {
        Assert.That(new ImageETag(text).Value, Is.EqualTo(text));
        Assert.That(new ImageETag(text).ToString(), Is.EqualTo(text));
        Assert.That(new ImageETag(text), Is.EqualTo(new ImageETag(new string(text))).And.Not.EqualTo(new ImageETag(text + "x")));
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("a b")]
    [TestCase("\"quoted\"")]
    [TestCase("a\r\nX-Evil: 1")]
    [TestCase("é")]
    [TestCase("\u007F")]
    public void Text_that_could_break_a_header_is_refused(string text) =>
        Assert.That(() => new ImageETag(text), Throws.TypeOf<ImageValidationException>().With.Message.Contains("ETag"));

    [TestCase(128, true)]
    [TestCase(129, false)]
    public void Text_has_at_most_128_characters(int length, bool valid) =>
        Assert.That(() => new ImageETag(new string('x', length)), valid ? Throws.Nothing : Throws.TypeOf<ImageValidationException>());

    [Test]
    public void Default_is_empty_and_matches_no_image()
    {
        Assert.That(default(ImageETag).Value, Is.Empty);
        Assert.That(new IfMatch(default).IsSatisfiedBy(null), Is.False);
        Assert.That(new IfMatch(default).IsSatisfiedBy(new ImageETag("a")), Is.False);
    }

    [Test]
    public void NewFor_one_content_is_a_new_version_each_time()
    {
        var digest = new ContentDigest(3, 77, null);
        var etags = Enumerable.Range(0, 1_000).Select(_ => ImageETagFactory.Create(digest)).ToList();

        Assert.That(etags, Is.Unique);
        Assert.That(etags.Select(etag => etag.Value.Length), Has.All.EqualTo(33));
    }

    [Test]
    public void NewFor_begins_with_the_identity_of_the_content()
    {
        var sha = new Sha256Digest([0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, .. new byte[24]]);

        Assert.That(ImageETagFactory.Create(new ContentDigest(3, 77, sha)).Value, Does.StartWith("aaaaaaaaaaaaaaaa-"));
        Assert.That(ImageETagFactory.Create(new ContentDigest(3, (UInt128)0xCC << 64, null)).Value, Does.StartWith("00000000000000cc-"));
    }

    [Test]
    public void Preconditions_judge_the_version_that_is_there()
    {
        var etag = new ImageETag("a");

        Assert.That(new IfMatch(etag).IsSatisfiedBy(etag), Is.True);
        Assert.That(new IfMatch(etag).IsSatisfiedBy(new ImageETag("b")), Is.False);
        Assert.That(new IfMatch(etag).IsSatisfiedBy(null), Is.False);
        Assert.That(IfNoneMatch.Any.IsSatisfiedBy(null), Is.True);
        Assert.That(IfNoneMatch.Any.IsSatisfiedBy(etag), Is.False);
    }
}
