using System.Buffers.Binary;
using System.Buffers.Text;
using CsCheck;
using ImageStorage.Providers;

namespace ImageStorage.Tests.Listing;

public class ListPositionTests
{
    private static readonly Gen<ImageKey> Keys = Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 1, 40], Gen.OneOf("é", "漢字/😀", new string('x', 512), "a/b c.png")).Select(text => (ImageKey)text);
    private static readonly Gen<DateTimeOffset> Times = Gen.OneOf(Gen.Long[0, DateTime.MaxValue.Ticks], Gen.OneOf(0L, 1L, DateTime.MaxValue.Ticks)).Select(ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
    private static readonly Gen<ImageOrder> Orders = Gen.OneOf(Enum.GetValues<ImageOrder>());

    [Test]
    public void Token_leads_back_to_its_position() => Gen.Select(Orders, Times, Keys).Sample((order, time, key) =>
    {
        var position = new ListPosition(order, time, key);
        return ListPosition.From(new ImageQuery { Order = order, ContinuationToken = position.ToToken() }) == position;
    });

    [Test]
    public void Token_is_fit_for_a_URL() => Gen.Select(Orders, Times, Keys).Sample((order, time, key) =>
        new ListPosition(order, time, key).ToToken() is { Length: <= 700 } token && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    [Test]
    public void No_token_is_the_start() => Assert.That(ListPosition.From(new ImageQuery()), Is.Null);

    // P8: a token comes from outside. It is a position, or it is refused.
    [Test]
    public void Any_text_is_a_position_or_is_refused()
    {
        var damaged = Gen.Select(Orders, Times, Keys, Gen.Int[0, 5_000], Gen.Char).Select((order, time, key, at, c) =>
        {
            var token = new ListPosition(order, time, key).ToToken();
            return token[..(at % token.Length)] + c + token[(at % token.Length)..][1..];
        });
        var bytes = Gen.Byte.Array[0, 600].Select(content => Base64Url.EncodeToString(content));
        Gen.Select(Orders, Gen.OneOf(Gen.String, bytes, damaged)).Sample((order, token) =>
        {
            try
            {
                return ListPosition.From(new ImageQuery { Order = order, ContinuationToken = token }) is { } position && position.Order == order && position.Key.Value.Length > 0;
            }
            catch (ImageValidationException exception)
            {
                return exception.Message.Contains($"{order}", StringComparison.Ordinal);
            }
        });
    }

    [TestCase(-1L)]
    [TestCase(long.MinValue)]
    [TestCase(long.MaxValue)]
    public void Token_with_an_impossible_time_is_refused(long ticks)
    {
        var bytes = new byte[10];
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), ticks);
        bytes[9] = (byte)'a';

        Assert.That(() => ListPosition.From(new ImageQuery { ContinuationToken = Base64Url.EncodeToString(bytes) }), Throws.TypeOf<ImageValidationException>());
    }

    [TestCase("../a")]
    [TestCase(".imagestorage/documents/x")]
    [TestCase("")]
    public void Token_with_a_key_that_breaks_the_rules_is_refused(string key)
    {
        byte[] bytes = [0, 0, 0, 0, 0, 0, 0, 0, 0, .. System.Text.Encoding.UTF8.GetBytes(key)];

        Assert.That(() => ListPosition.From(new ImageQuery { ContinuationToken = Base64Url.EncodeToString(bytes) }), Throws.TypeOf<ImageValidationException>());
    }

    [Test]
    public void Compare_is_a_total_order() => Gen.Select(Orders, Gen.Select(Times, Keys).Array[3]).Sample((order, images) =>
    {
        var infos = images.Select(image => ImageInfoTests.Sample with { CreatedAt = image.Item1, Key = image.Item2 }).ToArray();
        int Compare(int x, int y) => Math.Sign(ListPosition.Compare(order, infos[x], infos[y]));
        return Compare(0, 1) == -Compare(1, 0) && Compare(0, 0) == 0 && !(Compare(0, 1) <= 0 && Compare(1, 2) <= 0 && Compare(0, 2) > 0);
    });

    [Test]
    public void IsBefore_is_the_order() => Gen.Select(Orders, Times, Keys, Times, Keys).Sample((order, time, key, otherTime, otherKey) =>
    {
        var first = ImageInfoTests.Sample with { CreatedAt = time, Key = key };
        var second = ImageInfoTests.Sample with { CreatedAt = otherTime, Key = otherKey };
        return ListPosition.Of(order, first).IsBefore(otherTime, otherKey) == (ListPosition.Compare(order, first, second) < 0);
    });

    [Test]
    public void PageBuilder_takes_the_limit_and_tells_whether_there_is_more()
    {
        var page = new PageBuilder(new ImageQuery { Limit = 2, ContentType = "image/png" });

        Assert.That(page.Add(ImageInfoTests.Sample with { Key = "a" }), Is.True);
        Assert.That(page.Add(ImageInfoTests.Sample with { Key = "gif", ContentType = "image/gif" }), Is.True);
        Assert.That(page.Add(ImageInfoTests.Sample with { Key = "b" }), Is.True);
        Assert.That(page.ToPage().ContinuationToken, Is.Null);
        Assert.That(page.Add(ImageInfoTests.Sample with { Key = "c" }), Is.False);
        Assert.That(page.ToPage().Items.Select(info => info.Key.Value), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(ListPosition.From(new ImageQuery { ContinuationToken = page.ToPage().ContinuationToken })!.Value.Key.Value, Is.EqualTo("b"));
    }
}
