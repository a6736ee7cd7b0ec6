using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>Tests listings of a store without concurrent writes: orders, ties, pages, prefixes, filters, bounds.</summary>
/// <typeparam name="THarness">How to open the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract partial class ListingConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const int Filters = 16;
    private static readonly DateTimeOffset Epoch = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

    // Characters around '/' in ASCII order, so that the order of folder names differs from the order of keys; and
    // characters beyond the surrogates, where the orders of UTF-8 and UTF-16 differ.
    private static readonly string[] Keys =
    [
        "img/1", "img/1.jpg", "img/1/a.jpg", "img/1/b.jpg", "img/10.jpg", "img/10/x.jpg", "img/2.jpg", "img/1 .jpg", "img/1!.jpg", "img/1-1.jpg", "img/1.", "img/1+.jpg",
        "img", "img-2/1.jpg", "img.2/1.jpg", "img0", "IMG/1.jpg", "Img", "a", "a/b", "a/b/c", "a.b", "a-b", "a0", "a!", "a b",
        "per%cent/a_b*c?.png", "per%cent/a+b.png", "per%25cent/c.png", "under_score/1", "underXscore/1", "star*/1", "starry/1", "brackets[a]/1", "dot.dot/1", "dotXdot/1",
        "Ａ/full", "😀/grin", "漢字/1", "漢字/2", "\uE000private", "éa", "ez", "f", "zoë", "zoe",
    ];

    private static readonly string[] Prefixes =
    [
        "", "img", "img/", "img/1", "img/1/", "img/10", "img/1.", "img/1.jpg", "img/1.jpgx", "IMG", "im", "i", "img-", "img/1/a.jpg", "img/3", "nothing/here", "a", "a/", "a/b", "a/b/", "a/b/c", "a.",
        "per%", "per%25", "per%cent/a_", "under_", "star*", "brackets[", "dot.", "漢", "漢字/", "😀", "Ａ", "é", "zo", "\uE000", ".", "..",
    ];

    private readonly List<ImageInfo> _all = [];

    private static IEnumerable<ImageQuery> Queries()
    {
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            yield return new ImageQuery { Order = order };
            yield return new ImageQuery { Order = order, ContentType = "image/gif" };
            yield return new ImageQuery { Order = order, ContentType = "IMAGE/PNG" };
            yield return new ImageQuery { Order = order, ContentType = "image/avif" };
            yield return new ImageQuery { Order = order, Tag = "even" };
            yield return new ImageQuery { Order = order, Tag = "Even" };
            yield return new ImageQuery { Order = order, Tag = "eve" };
            yield return new ImageQuery { Order = order, Tag = "third", ContentType = "image/png", Prefix = "img/" };
            yield return new ImageQuery { Order = order, CreatedFrom = Epoch.AddHours(7) };
            yield return new ImageQuery { Order = order, CreatedBefore = Epoch.AddHours(7) };
            yield return new ImageQuery { Order = order, CreatedFrom = Epoch.AddHours(3), CreatedBefore = Epoch.AddHours(9) };
            yield return new ImageQuery { Order = order, CreatedFrom = Epoch.AddHours(7), CreatedBefore = Epoch.AddHours(7).AddTicks(1) };
            yield return new ImageQuery { Order = order, CreatedFrom = Epoch.AddHours(7), CreatedBefore = Epoch.AddHours(7) };
            yield return new ImageQuery { Order = order, CreatedFrom = Epoch.AddHours(9), CreatedBefore = Epoch.AddHours(3) };
            yield return new ImageQuery { Order = order, CreatedFrom = DateTimeOffset.MinValue, CreatedBefore = DateTimeOffset.MaxValue };
            yield return new ImageQuery { Order = order, CreatedFrom = Epoch.AddHours(2).ToOffset(TimeSpan.FromHours(5)), Tag = "even", Prefix = "i" };
        }
    }

    // Representative: each filter in one of the three orders.
    private static IEnumerable<TestCaseData> QueryCases() => Queries()
        .Select((query, i) => (Query: query, Filter: i % Filters, Order: i / Filters))
        .Where(one => !IsRepresentative || one.Filter % 3 == one.Order)
        .Select(one => new TestCaseData(one.Query).SetArgDisplayNames($"{one.Query.Order} {one.Filter}"));

    private static IEnumerable<TestCaseData> PrefixCases() => Prefixes.Select((prefix, i) => new TestCaseData(prefix).SetArgDisplayNames($"{i} {Ascii(prefix)}"));

    private protected override bool OneStoreForAllTests => true;

    // Few times for many images, so that most images share a time: ties have an order, too.
    private protected override async Task PrepareAsync()
    {
        for (var i = 0; i < Keys.Length; i++)
        {
            var options = new SaveOptions
            {
                CreatedAt = Epoch.AddHours(i * 7 % 11),
                Tags = [i % 2 == 0 ? "even" : "odd", .. i % 3 == 0 ? new[] { "third" } : []],
                Metadata = new Dictionary<string, string> { ["i"] = $"{i}" },
            };
            _all.Add(await Storage.SaveBytesAsync(Keys[i], i % 5 == 0 ? SampleImages.Gif(4, 4, i) : Image(i), options));
        }
    }

    [TestCaseSource(nameof(QueryCases))]
    public async Task List_gives_what_passes_all_filters_in_order_on_pages_of_any_size(ImageQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var expected = Expected(query);
        foreach (var limit in new[] { 1, 7, ImageQuery.MaxLimit })
        {
            Assert.That(await PagesAsync(query with { Limit = limit }), Is.EqualTo(expected), $"Pages of {limit}");
        }
    }

    [TestCaseSource(nameof(PrefixCases))]
    public async Task List_by_prefix_takes_it_literally_and_ordinally(string prefix)
    {
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            var query = new ImageQuery { Order = order, Prefix = prefix, Limit = 5 };
            Assert.That(await PagesAsync(query), Is.EqualTo(Expected(query)), $"{order}");
        }
    }

    [TestCase(ImageOrder.CreatedDescending)]
    [TestCase(ImageOrder.CreatedAscending)]
    [TestCase(ImageOrder.KeyAscending)]
    public async Task List_has_a_token_exactly_when_there_is_more(ImageOrder order)
    {
        var all = await Storage.ListAsync(new ImageQuery { Order = order, Limit = Keys.Length });
        var nearly = await Storage.ListAsync(new ImageQuery { Order = order, Limit = Keys.Length - 1 });

        Assert.That((all.Items.Count, all.ContinuationToken), Is.EqualTo((Keys.Length, default(string))));
        Assert.That(nearly.Items, Has.Count.EqualTo(Keys.Length - 1));
        Assert.That(nearly.ContinuationToken, Is.Not.Null.And.Not.Empty);
    }

    [Test]
    public async Task List_is_newest_first_with_50_images_by_default()
    {
        var page = await Storage.ListAsync(new ImageQuery());

        Assert.That(page.Items, Is.EqualTo(Expected(new ImageQuery()).Take(50)));
    }

    [Test]
    public async Task List_asked_twice_with_one_token_answers_the_same()
    {
        var first = await Storage.ListAsync(new ImageQuery { Limit = 10 });
        var query = new ImageQuery { Limit = 10, ContinuationToken = first.ContinuationToken };

        Assert.That((await Storage.ListAsync(query)).Items, Is.EqualTo((await Storage.ListAsync(query)).Items));
    }

    [Test]
    public async Task List_continues_with_another_limit()
    {
        var first = await Storage.ListAsync(new ImageQuery { Limit = 10 });
        var rest = await Storage.ListAsync(new ImageQuery { Limit = 100, ContinuationToken = first.ContinuationToken });

        Assert.That(first.Items.Concat(rest.Items), Is.EqualTo(Expected(new ImageQuery())));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(int.MinValue)]
    [TestCase(1001)]
    [TestCase(int.MaxValue)]
    public async Task List_with_a_limit_out_of_bounds_is_refused(int limit)
    {
        var failure = await CaughtAsync(() => Storage.ListAsync(new ImageQuery { Limit = limit }));

        Assert.That(failure, Is.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(failure!.Message, Does.Contain($"{limit}").And.Contain("1000"));
    }

    [Test]
    public async Task List_in_an_order_that_does_not_exist_is_refused() =>
        Assert.That(await CaughtAsync(() => Storage.ListAsync(new ImageQuery { Order = (ImageOrder)77 })), Is.TypeOf<ArgumentOutOfRangeException>());

    [TestCase("/")]
    [TestCase("/img")]
    [TestCase("img//1")]
    [TestCase("../")]
    [TestCase("img/../x")]
    [TestCase("img\\1")]
    [TestCase("img\u0000")]
    [TestCase("C:/img")]
    [TestCase(".imagestorage/")]
    [TestCase(".imagestorage/documents")]
    public async Task List_by_a_prefix_that_no_key_has_is_refused(string prefix) =>
        Assert.That(await CaughtAsync(() => Storage.ListAsync(new ImageQuery { Prefix = prefix })), Is.TypeOf<ImageValidationException>());

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("AAAA")]
    [TestCase("not a token!")]
    [TestCase("../../etc/passwd")]
    [TestCase("AQAAAAAAAAAA")]
    [TestCase("=====")]
    [TestCase("😀")]
    [TestCase("////////////////////////")]
    public async Task List_with_a_token_that_no_page_gave_is_refused(string token) =>
        Assert.That(await CaughtAsync(() => Storage.ListAsync(new ImageQuery { ContinuationToken = token })), Is.TypeOf<ImageValidationException>());

    [TestCase(ImageOrder.CreatedDescending, ImageOrder.CreatedAscending)]
    [TestCase(ImageOrder.CreatedAscending, ImageOrder.KeyAscending)]
    [TestCase(ImageOrder.KeyAscending, ImageOrder.CreatedDescending)]
    public async Task List_with_the_token_of_another_order_is_refused(ImageOrder order, ImageOrder other)
    {
        var page = await Storage.ListAsync(new ImageQuery { Order = order, Limit = 3 });

        Assert.That(await CaughtAsync(() => Storage.ListAsync(new ImageQuery { Order = other, ContinuationToken = page.ContinuationToken })), Is.TypeOf<ImageValidationException>());
    }

    [Test]
    public async Task List_with_an_endless_token_is_refused() =>
        Assert.That(await CaughtAsync(() => Storage.ListAsync(new ImageQuery { ContinuationToken = new string('A', 100_000) })), Is.TypeOf<ImageValidationException>());

    [Test]
    public async Task Enumerate_gives_all_pages()
    {
        var seen = new List<ImageInfo>();
        await foreach (var info in Storage.EnumerateAsync(new ImageQuery { Order = ImageOrder.KeyAscending, Limit = 9 }))
        {
            seen.Add(info);
        }

        Assert.That(seen, Is.EqualTo(Expected(new ImageQuery { Order = ImageOrder.KeyAscending })));
    }

    [Test]
    public async Task Walk_gives_every_image_once_in_the_order_of_the_keys_after_any_key([Values] bool records)
    {
        var expected = Expected(new ImageQuery { Order = ImageOrder.KeyAscending });
        foreach (var after in new ImageKey?[] { null, "0", "img/1", "img/1/zzz", "zzz", expected[^1].Key })
        {
            foreach (var prefix in new[] { null, "img/1", "漢", "nothing/" })
            {
                var walked = await Provider.WalkAsync(new WalkOptions { After = after, Prefix = prefix, Records = records }).ToListAsync();

                var wanted = expected.Where(info => (after is not { } first || string.CompareOrdinal(info.Key.Value, first.Value) > 0) && (prefix is null || info.Key.Value.StartsWith(prefix, StringComparison.Ordinal))).ToList();
                Assert.That(walked.Select(image => image.Key!.Value.Value), Is.EqualTo(wanted.Select(info => info.Key.Value)), $"after '{after}', prefix '{prefix}'");
                Assert.That(walked.Select(image => image.Info), records ? Is.EqualTo(wanted) : Is.All.Null);
                Assert.That(walked.Select(image => image.Unlisted), Is.All.Null);
            }
        }
    }

    // Independent of the library's own comparison, so that the test finds a mistake there, too.
    private List<ImageInfo> Expected(ImageQuery query)
    {
        var passed = _all.Where(info =>
            (query.Prefix is null || info.Key.Value.StartsWith(query.Prefix, StringComparison.Ordinal))
            && (query.ContentType is null || string.Equals(query.ContentType, info.ContentType, StringComparison.OrdinalIgnoreCase))
            && (query.Tag is null || info.Tags.Contains(query.Tag, StringComparer.Ordinal))
            && (query.CreatedFrom is not { } from || info.CreatedAt >= from)
            && (query.CreatedBefore is not { } before || info.CreatedAt < before));
        return
        [
            .. query.Order switch
            {
                ImageOrder.KeyAscending => passed.OrderBy(info => info.Key.Value, StringComparer.Ordinal),
                ImageOrder.CreatedAscending => passed.OrderBy(info => info.CreatedAt).ThenBy(info => info.Key.Value, StringComparer.Ordinal),
                _ => passed.OrderByDescending(info => info.CreatedAt).ThenByDescending(info => info.Key.Value, StringComparer.Ordinal),
            },
        ];
    }

    private async Task<List<ImageInfo>> PagesAsync(ImageQuery query)
    {
        var items = new List<ImageInfo>();
        while (true)
        {
            var page = await Storage.ListAsync(query);
            items.AddRange(page.Items);
            if (page.ContinuationToken is null)
            {
                Assert.That(page.Items, Has.Count.LessThanOrEqualTo(query.Limit));
                return items;
            }

            Assert.That(page.Items, Has.Count.EqualTo(query.Limit), "A page before the last is shorter than the limit.");
            query = query with { ContinuationToken = page.ContinuationToken };
        }
    }

    private static string Ascii(string text) => string.Concat(text.Select(c => c is > ' ' and < '\x7f' ? c.ToString() : $"U+{(int)c:X4}"));
}
