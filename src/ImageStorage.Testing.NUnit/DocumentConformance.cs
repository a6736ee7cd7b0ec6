using System.Globalization;
using System.Text;
using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests documents: small, never torn, written by compare-and-swap, in ordinal order, and separate from the images.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract partial class DocumentConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const int Counters = 6;
    private const int Counts = 8;

    private static readonly string[] Names =
    [
        "c/a", "c/a.b", "c/a-b", "c/a_b", "c/a/b", "c/a0", "c/0", "c/con", "c/aux.json", "c/nul", "c/com1", "c/a.json", "c/-", "c/_", "c/a/b/c/d/e/f/g", "c-1/x", "c_1/x", "c.1/x", "c/x..y",
        "leases/0197b2c4-0000-7000-8000-000000000001", $"c/{new string('x', 126)}", $"{new string('y', 126)}/c", "images/a", "documents/a", "staging/a", "locks/a",
    ];

    // Representative: every third name, and the longest. Names_beside_each_other_are_not_merged has all of them.
    private static IEnumerable<string> NameCases() => Names.Where((name, i) => !IsRepresentative || i % 3 == 0 || name.Length > 100);

    private IDocumentStore Documents => Provider.Documents;

    [Test]
    public async Task Get_of_what_is_not_there_is_null() => Assert.That(await Documents.GetAsync("c/a"), Is.Null);

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(100)]
    [TestCase(4_096)]
    [TestCase(70_000)]
    [TestCase(IDocumentStore.MaxContentLength)]
    public async Task Put_and_get_keep_every_byte(int length)
    {
        var content = Bytes(length, 1);

        var etag = await Documents.PutAsync("c/a", content);

        var document = await Documents.GetAsync("c/a");
        Assert.That((document!.Name, document.ETag), Is.EqualTo(((DocumentName)"c/a", etag)));
        Assert.That(document.Content.Span.SequenceEqual(content), Is.True);
    }

    // A document of the library has the form of its collection; one of an application has any bytes.
    [Test]
    public async Task Verification_reads_every_document_and_names_one_without_the_form_of_its_collection()
    {
        var verifiable = Verifiable();
        await Documents.PutAsync("c/a", new byte[] { 1, 2, 3 });
        await Documents.PutAsync("jobs/broken", "{\"format\":"u8.ToArray());
        await Documents.PutAsync("jobs/other", "[1]"u8.ToArray());
        await Documents.PutAsync("jobs/sound", "{\"format\":1}"u8.ToArray());

        var items = await verifiable.VerifyAsync().Where(item => item.Kind == VerificationKind.Document).ToListAsync();

        var wrong = items.Where(item => item.Status != VerificationStatus.Sound).ToList();
        Assert.That(items.Select(item => item.Name), Is.SupersetOf(new[] { "c/a", "jobs/sound" }));
        Assert.That(wrong.Select(item => (item.Name, item.Status)), Is.EquivalentTo(new[] { ("jobs/broken", VerificationStatus.Corrupted), ("jobs/other", VerificationStatus.Corrupted) }));
        Assert.That(wrong.Select(item => item.Detail), Has.All.Not.Null);
    }

    [Test]
    public async Task Put_of_too_much_is_refused_and_changes_nothing()
    {
        var etag = await Documents.PutAsync("c/a", Bytes(10, 1));

        var failure = await CaughtAsync(() => Documents.PutAsync("c/a", new byte[IDocumentStore.MaxContentLength + 1]));

        Assert.That(failure, Is.TypeOf<ImageValidationException>());
        Assert.That(failure!.Message, Does.Contain("c/a"));
        Assert.That((await Documents.GetAsync("c/a"))!.ETag, Is.EqualTo(etag));
    }

    [Test]
    public async Task Put_takes_a_copy_of_the_bytes()
    {
        var content = Bytes(100, 2);
        await Documents.PutAsync("c/a", content);

        Array.Clear(content);

        Assert.That((await Documents.GetAsync("c/a"))!.Content.Span.SequenceEqual(Bytes(100, 2)), Is.True);
    }

    [Test]
    public async Task Put_overwrites_and_each_write_is_a_new_version()
    {
        var etags = new List<DocumentETag>();
        for (var i = 0; i < 6; i++)
        {
            etags.Add(await Documents.PutAsync("c/a", Bytes(50 + (i / 2), 3)));
        }

        await Documents.DeleteAsync("c/a");
        etags.Add(await Documents.PutAsync("c/a", Bytes(50, 3)));

        Assert.That(etags, Is.Unique);
        Assert.That(etags, Has.None.EqualTo(DocumentETag.None));
        Assert.That((await Documents.GetAsync("c/a"))!.ETag, Is.EqualTo(etags[^1]));
    }

    [TestCaseSource(nameof(NameCases))]
    public async Task Every_legal_name_works(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        await Documents.PutAsync(name, Encoding.UTF8.GetBytes(name));

        Assert.That(Encoding.UTF8.GetString((await Documents.GetAsync(name))!.Content.Span), Is.EqualTo(name));
        Assert.That(await Documents.ListAsync(name[..(name.IndexOf('/', StringComparison.Ordinal) + 1)]), Is.EqualTo(new DocumentName[] { name }));
        Assert.That(await Documents.DeleteAsync(name), Is.True);
        Assert.That(await Documents.GetAsync(name), Is.Null);
    }

    [Test]
    public async Task Names_beside_each_other_are_not_merged()
    {
        foreach (var name in Names)
        {
            await Documents.PutAsync(name, Encoding.UTF8.GetBytes(name), DocumentETag.None);
        }

        foreach (var name in Names)
        {
            Assert.That(Encoding.UTF8.GetString((await Documents.GetAsync(name))!.Content.Span), Is.EqualTo(name));
        }

        var inC = Names.Where(name => name.StartsWith("c/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        Assert.That((await Documents.ListAsync("c/")).Select(name => name.Value), Is.EqualTo(inC));
    }

    [Test]
    public async Task Put_where_nothing_must_be_creates_and_does_not_overwrite()
    {
        await Documents.PutAsync("c/a", Bytes(5, 1), DocumentETag.None);

        await AssertConflictAsync(() => Documents.PutAsync("c/a", Bytes(5, 2), DocumentETag.None));

        Assert.That((await Documents.GetAsync("c/a"))!.Content.Span.SequenceEqual(Bytes(5, 1)), Is.True);
    }

    [Test]
    public async Task Put_over_the_expected_version_happens_and_over_another_is_a_conflict()
    {
        var first = await Documents.PutAsync("c/a", Bytes(5, 1));
        var second = await Documents.PutAsync("c/a", Bytes(5, 2), first);

        await AssertConflictAsync(() => Documents.PutAsync("c/a", Bytes(5, 3), first));
        await AssertConflictAsync(() => Documents.PutAsync("c/missing", Bytes(5, 3), first));

        Assert.That((await Documents.GetAsync("c/a"))!.ETag, Is.EqualTo(second));
        Assert.That(await Documents.GetAsync("c/missing"), Is.Null);
    }

    [Test]
    public async Task Delete_answers_whether_a_document_was_there()
    {
        await Documents.PutAsync("c/a", Bytes(5, 1));

        Assert.That(await Documents.DeleteAsync("c/a"), Is.True);
        Assert.That(await Documents.DeleteAsync("c/a"), Is.False);
        Assert.That(await Documents.ListAsync("c/"), Is.Empty);
    }

    [Test]
    public async Task Delete_of_the_expected_version_happens_and_of_another_is_a_conflict()
    {
        var first = await Documents.PutAsync("c/a", Bytes(5, 1));
        var second = await Documents.PutAsync("c/a", Bytes(5, 2));

        await AssertConflictAsync(() => Documents.DeleteAsync("c/a", first));
        Assert.That(await Documents.DeleteAsync("c/a", second), Is.True);
        await AssertConflictAsync(() => Documents.DeleteAsync("c/a", second));
    }

    [Test]
    public Task Creates_that_race_have_one_winner() => AssertOneWinnerAsync(starts: false, (racer, _) => Documents.PutAsync("c/race", Bytes(5, racer), DocumentETag.None));

    [Test]
    public Task Swaps_that_race_have_one_winner() => AssertOneWinnerAsync(starts: true, (racer, etag) => Documents.PutAsync("c/race", Bytes(5, racer), etag));

    [Test]
    public Task Swaps_and_deletes_that_race_have_one_winner() => AssertOneWinnerAsync(
        starts: true,
        (racer, etag) => racer % 2 == 0 ? Documents.PutAsync("c/race", Bytes(5, racer), etag) : Documents.DeleteAsync("c/race", etag));

    [Test]
    public async Task Counting_by_compare_and_swap_loses_no_count()
    {
        await Documents.PutAsync("c/count", "0"u8.ToArray());

        await Threads.RunAsync(Counters, async _ =>
        {
            for (var i = 0; i < Counts; i++)
            {
                await CountAsync();
            }
        });

        Assert.That(Encoding.ASCII.GetString((await Documents.GetAsync("c/count"))!.Content.Span), Is.EqualTo($"{Counters * Counts}"));
    }

    // P2 for documents.
    [Test]
    public async Task Get_beside_puts_gives_one_version_whole()
    {
        await Documents.PutAsync("c/torn", Bytes(10, 0));

        await Threads.RunAsync(6, async thread =>
        {
            for (var i = 0; i < 25; i++)
            {
                if (thread < 2)
                {
                    await Documents.PutAsync("c/torn", Bytes(10 + (i * 997 % 20_000), thread + i));
                }
                else
                {
                    var content = (await Documents.GetAsync("c/torn"))!.Content;
                    Assert.That(content.Span.SequenceEqual(Bytes(content.Length, content.Span[0])), Is.True, "A torn document was read.");
                }
            }
        });
    }

    [Test]
    public async Task Documents_are_no_images_and_images_no_documents()
    {
        await SaveAsync("c/a", 1);
        await Documents.PutAsync("c/a", Bytes(5, 1));
        await Documents.PutAsync("c/b", Bytes(5, 1));

        Assert.That((await Storage.GetUsageAsync()).Count, Is.EqualTo(1));
        Assert.That((await Storage.ListAsync(new ImageQuery())).Items, Has.Count.EqualTo(1));
        await AssertMissingAsync("c/b");
        await Documents.DeleteAsync("c/a");
        await AssertHoldsAsync("c/a", Image(1));
    }

    private async Task CountAsync()
    {
        // Each conflict means that another write was counted, so there cannot be more conflicts than writes.
        for (var attempt = 0; attempt <= Counters * Counts; attempt++)
        {
            var current = (await Documents.GetAsync("c/count"))!;
            var next = int.Parse(Encoding.ASCII.GetString(current.Content.Span), CultureInfo.InvariantCulture) + 1;
            try
            {
                await Documents.PutAsync("c/count", Encoding.ASCII.GetBytes($"{next}"), current.ETag);
                return;
            }
            catch (ImageConflictException)
            {
                // Another writer was faster; the loop tries again.
            }
        }

        Assert.Fail("There were more conflicts than writes.");
    }

    private async Task AssertConflictAsync(Func<Task> call)
    {
        var failure = await CaughtAsync(call);
        Assert.That(failure, Is.TypeOf<ImageConflictException>());
        Assert.That(failure!.Message, Does.Contain("c/"));
        AssertGivesNothingAway(failure.Message);
    }

    private async Task AssertOneWinnerAsync(bool starts, Func<int, DocumentETag, Task> attempt)
    {
        for (var round = 0; round < 8; round++)
        {
            await Documents.DeleteAsync("c/race");
            var etag = starts ? await Documents.PutAsync("c/race", Bytes(5, 99)) : DocumentETag.None;
            var won = 0;

            await Threads.RunAsync(8, async racer =>
            {
                try
                {
                    await attempt(racer, etag);
                    Interlocked.Increment(ref won);
                }
                catch (ImageConflictException)
                {
                    // Another writer has won.
                }
            });

            Assert.That(won, Is.EqualTo(1), $"Round {round}");
        }
    }

    // Each byte follows from the first, so that a mixture of two versions is evident.
    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bytes[i] = (byte)((byte)seed + (i * 31));
        }

        return bytes;
    }
}
