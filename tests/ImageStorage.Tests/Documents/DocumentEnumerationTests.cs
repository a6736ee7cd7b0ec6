using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Documents;

/// <summary>The enumeration of names goes through all pages, and is ended by its token.</summary>
internal sealed class DocumentEnumerationTests
{
    private readonly List<ProviderCall> _calls = [];
    private FaultInjectingProvider _provider = null!;

    private IDocumentStore Documents => _provider.Documents;

    [SetUp]
    public void Open()
    {
        _calls.Clear();
        _provider = new FaultInjectingProvider(new InMemoryImageProvider(), call =>
        {
            if (!call.HasTakenEffect && call.Operation == ProviderOperation.ListDocuments)
            {
                _calls.Add(call);
            }

            return null;
        });
    }

    [TearDown]
    public ValueTask CloseAsync() => _provider.DisposeAsync();

    [TestCase(0, 1)]
    [TestCase(999, 1)]
    [TestCase(1_000, 2)]
    [TestCase(2_001, 3)]
    public async Task Each_name_is_returned_once_in_order(int count, int pages)
    {
        var expected = Enumerable.Range(0, count).Select(i => new DocumentName($"c/{i:0000}")).ToList();
        foreach (var name in expected)
        {
            await Documents.PutAsync(name, default);
        }

        Assert.That(await Documents.EnumerateAsync("c/").ToListAsync(), Is.EqualTo(expected));
        Assert.That(_calls, Has.Count.EqualTo(pages));
    }

    [Test]
    public async Task Documents_that_are_deleted_during_the_enumeration_hide_no_others()
    {
        for (var i = 0; i < 1_500; i++)
        {
            await Documents.PutAsync($"c/{i:0000}", default);
        }

        var seen = 0;
        await foreach (var name in Documents.EnumerateAsync("c/"))
        {
            seen++;
            await Documents.DeleteAsync(name);
        }

        Assert.That(seen, Is.EqualTo(1_500));
    }

    [Test]
    public void A_bad_prefix_is_refused_before_the_enumeration() => Assert.That(() => Documents.EnumerateAsync("collection"), Throws.TypeOf<ImageValidationException>());

    [Test]
    public void A_cancelled_token_ends_the_enumeration()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.That(async () => await Documents.EnumerateAsync("c/", null, cancellation.Token).ToListAsync(), Throws.InstanceOf<OperationCanceledException>());
    }
}
