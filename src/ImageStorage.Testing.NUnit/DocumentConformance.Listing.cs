using System.Globalization;
using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

public abstract partial class DocumentConformance<THarness>
{
    [Test]
    public async Task List_returns_names_by_prefix_after_a_name_in_ordinal_order()
    {
        string[] names = ["l/a", "l/a-b", "l/a.b", "l/a/b", "l/a/c", "l/a0", "l/b", "l/b/a", "l/z", "la/a", "m/a"];
        foreach (var name in names)
        {
            await Documents.PutAsync(name, default);
        }

        foreach (var prefix in new[] { "l/", "l/a", "l/a/", "l/b", "l/c", "la/", "m/", "n/", "l/a.", "l/a-b" })
        {
            foreach (var after in new[] { null, "l/a", "l/a/b", "l/aa", "l/zz", "a/a", "z/z" })
            {
                foreach (var limit in new[] { 1, 2, 1000 })
                {
                    var expected = names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && (after is null || string.CompareOrdinal(name, after) > 0)).Order(StringComparer.Ordinal).Take(limit);
                    var listed = await Documents.ListAsync(prefix, after is null ? default(DocumentName?) : new DocumentName(after), limit);
                    Assert.That(listed.Select(name => name.Value), Is.EqualTo(expected), $"{prefix} after {after}, {limit}");
                }
            }
        }
    }

    [Test]
    public async Task List_of_many_documents_goes_through_them_page_by_page()
    {
        const int Many = 1_050;
        await Threads.RunAsync(8, async thread =>
        {
            for (var i = thread; i < Many; i += 8)
            {
                await Documents.PutAsync(string.Create(CultureInfo.InvariantCulture, $"many/{i * 7919 % Many:0000}-{i % 10}"), "{}"u8.ToArray());
            }
        });
        var all = new List<DocumentName>();
        IReadOnlyList<DocumentName> page;
        do
        {
            page = await Documents.ListAsync("many/", all.Count == 0 ? default(DocumentName?) : all[^1], 400);
            all.AddRange(page);
        }
        while (page.Count == 400);

        Assert.That(await Documents.EnumerateAsync("many/").ToListAsync(), Is.EqualTo(all));
        Assert.That(await Documents.EnumerateAsync("many/", all[30]).ToListAsync(), Is.EqualTo(all.Skip(31)));

        Assert.That(all.Select(name => name.Value), Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal).And.Unique);
        Assert.That(all, Has.Count.EqualTo(Many));
        Assert.That(await Documents.ListAsync("many/", null, 1000), Is.EqualTo(all.Take(1000)));
        Assert.That(await Documents.ListAsync("many/"), Is.EqualTo(all.Take(100)));
    }

    [Test]
    public async Task Collections_with_documents_are_listed_in_ordinal_order()
    {
        // In the order of names, "a-b/x" is before "a/x": '-' is before '/'.
        string[] collections = ["a", "a-b", "a-b.c", "a.b", "a0", "a_b", "ab", "b", "documents", "images", "0", new string('z', 126)];
        foreach (var collection in collections)
        {
            await Documents.PutAsync($"{collection}/x", default);
        }

        for (var i = 0; i < 300; i++)
        {
            await Documents.PutAsync($"b/{i}/y", default);
        }

        Assert.That(await OwnCollectionsAsync(collections), Is.EqualTo(collections.Order(StringComparer.Ordinal)));
    }

    [Test]
    public async Task A_collection_without_documents_is_not_listed()
    {
        string[] collections = ["kept", "emptied"];
        Assert.That(await OwnCollectionsAsync(collections), Is.Empty);
        await Documents.PutAsync("kept/a", default);
        await Documents.PutAsync("kept/b", default);
        await Documents.PutAsync("emptied/a", default);
        await Documents.PutAsync("emptied/b/c", default);
        Assert.That(await OwnCollectionsAsync(collections), Is.EqualTo(new[] { "emptied", "kept" }));

        await Documents.DeleteAsync("kept/a");
        await Documents.DeleteAsync("emptied/a");
        await Documents.DeleteAsync("emptied/b/c");

        Assert.That(await OwnCollectionsAsync(collections), Is.EqualTo(new[] { "kept" }));
        await Documents.PutAsync("emptied/a", default);
        Assert.That(await OwnCollectionsAsync(collections), Is.EqualTo(new[] { "emptied", "kept" }));
    }

    [Test]
    public async Task Images_are_in_no_collection()
    {
        await SaveAsync("own/a", 1);

        Assert.That(await Documents.ListCollectionsAsync(), Has.None.EqualTo("own"));
    }

    // What the listing of collections finds, and nothing else, is what a copy of the store contains.
    [Test]
    public async Task Collections_and_names_find_every_document()
    {
        foreach (var name in Names)
        {
            await Documents.PutAsync(name, default);
        }

        var found = new List<string>();
        foreach (var collection in await OwnCollectionsAsync([.. Names.Select(name => new DocumentName(name).Collection)]))
        {
            found.AddRange(await Documents.EnumerateAsync($"{collection}/").Select(name => name.Value).ToListAsync());
        }

        Assert.That(found, Is.Unique);
        Assert.That(found, Is.EquivalentTo(Names));
    }

    // A composition has documents of its own.
    private async Task<List<string>> OwnCollectionsAsync(string[] own)
    {
        var collections = await Documents.ListCollectionsAsync();
        Assert.That(collections, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal).And.Unique);
        return [.. collections.Where(own.Contains)];
    }

    [TestCase("", 10)]
    [TestCase("collection", 10)]
    [TestCase("Upper/", 10)]
    [TestCase("../", 10)]
    [TestCase("c//", 10)]
    public async Task List_with_a_bad_prefix_is_refused(string prefix, int limit) =>
        Assert.That(await CaughtAsync(() => Documents.ListAsync(prefix, null, limit)), Is.TypeOf<ImageValidationException>());

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(1001)]
    public async Task List_with_a_limit_out_of_range_is_refused(int limit) =>
        Assert.That(await CaughtAsync(() => Documents.ListAsync("c/", null, limit)), Is.TypeOf<ArgumentOutOfRangeException>());
}
