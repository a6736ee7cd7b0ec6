using System.Collections.Immutable;

namespace ImageStorage.Tests;

/// <summary>A record prints what is in its collections, and not the names of their types.</summary>
public class RecordTextTests
{
    private static readonly ImageInfo Info = new()
    {
        Key = "a.png",
        ContentType = "image/png",
        Length = 3,
        Width = 1,
        Height = 1,
        XxHash128 = 7,
        CreatedAt = DateTimeOffset.UnixEpoch,
        ModifiedAt = DateTimeOffset.UnixEpoch,
        ETag = new ImageETag("v1"),
        Tags = ["cats", "small"],
        Metadata = MetadataDictionary.Empty.Add("author", "a secret"),
    };

    private static IEnumerable<TestCaseData> Records()
    {
        yield return new TestCaseData(Info, "Tags = [cats, small]");
        yield return new TestCaseData(Info, "Metadata = [author]");
        yield return new TestCaseData(new ImagePage { Items = [Info], ContinuationToken = "t" }, "ImagePage { Items = [a.png], Unlisted = [], ContinuationToken = t }");
        yield return new TestCaseData(new HistoryPage { Items = [new HistoryEntry { Id = "e1", Mode = "m" }] }, "HistoryPage { Items = [e1], ContinuationToken =  }");
        yield return new TestCaseData(new HistoryEntry { Mode = "m", Keys = ["a", "b"] }, "Keys = [a, b]");
        yield return new TestCaseData(new ImageUpdate { Tags = ["x"] }, "Tags = [x]");
        yield return new TestCaseData(new SaveOptions { Tags = new List<string> { "x", "y" } }, "Tags = [x, y]");
        yield return new TestCaseData(
            new FailoverStatus { State = FailoverState.Healthy, Primary = "First", Fallbacks = [new FallbackStatus { Name = "Second", Hints = 0 }] },
            "Fallbacks = [FallbackStatus { Name = Second,");
        yield return new TestCaseData(
            new PendingTransaction { Id = "t1", State = TransactionState.InDoubt, Keys = ["a"], Steps = 2 },
            "Keys = [a], Steps = 2");
        yield return new TestCaseData(
            new TransactionResult { Id = "t1", Steps = [new TransactionStepResult { Step = new DeleteStep("a"), Status = TransactionStepStatus.Done }] },
            "Steps = [TransactionStepResult { Step = DeleteStep {");
    }

    [TestCaseSource(nameof(Records))]
    public void Record_prints_the_items_of_its_collections(object record, string expected)
    {
        var text = record.ToString();

        Assert.That(text, Does.Contain(expected).And.Not.Contain("System.Collections").And.Not.Contain("`1"));
    }

    [Test]
    public void Values_of_metadata_are_not_printed() => Assert.That(Info.ToString(), Does.Not.Contain("secret"));

    [Test]
    public void Long_collection_is_cut_short()
    {
        var entry = new HistoryEntry { Mode = "m", Keys = [.. Enumerable.Range(0, 12).Select(index => new ImageKey($"k{index:00}"))] };

        Assert.That(entry.ToString(), Does.Contain("k09, and 2 more]").And.Not.Contain("k10"));
    }

    // A record that a later change gives a collection is found by reflection.
    [Test]
    public void Every_public_record_with_a_collection_prints_it_itself()
    {
        var wrong =
            from type in typeof(ImageInfo).Assembly.GetExportedTypes()
            where type.GetMethod("<Clone>$") is not null && type.GetProperties().Any(property => IsCollection(property.PropertyType))
            let print = type.GetMethod(nameof(ToString), Type.EmptyTypes)!
            where print.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute), inherit: false)
            select type.Name;

        Assert.That(wrong, Is.Empty);

        static bool IsCollection(Type type) => type != typeof(string) && (type.IsAssignableTo(typeof(System.Collections.IEnumerable)) || type == typeof(ImmutableArray<string>));
    }
}
