using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ImageStorage.Coordination;
using ImageStorage.Coordination.Jobs;
using ImageStorage.Failover;
using ImageStorage.History;
using ImageStorage.Mirroring;
using ImageStorage.Providers;
using ImageStorage.Transactions;

namespace ImageStorage.Tests.Documents;

/// <summary>The documents that the library writes as JSON: strict where they must be, and open for later versions.</summary>
internal sealed class DocumentContentTests
{
    private static readonly DateTimeOffset Time = new DateTimeOffset(2026, 11, 29, 1, 2, 3, TimeSpan.Zero).AddTicks(4_567_891);
    private static readonly string[] Optional = ["createdAt", "replaces", "reason", "after", "failure", "state of a reservation"];

    /// <summary>Each document with all of its properties.</summary>
    private static IEnumerable<Sample> Samples()
    {
        yield return Sample.Of(
            new ImageHint { Format = 1, Key = "a/ü.png", Kind = HintKind.Delete, Id = new string('0', 32), Time = Time, PrimaryTime = Time.AddTicks(1), CreatedAt = Time.AddTicks(-1) },
            FailoverJson.Instance.ImageHint);
        yield return Sample.Of(
            new PairingDocument("group", ProviderRole.Fallback) { Format = 1, IsPending = true, Members = [Guid.NewGuid(), Guid.NewGuid()], Replaces = "earlier", Locations = ["one"] },
            CoordinationJson.Instance.PairingDocument);
        yield return Sample.Of(new MirrorHint { Format = 1, Key = "a.png", Id = "id", Owner = "owner", Time = Time, IsPending = true, Base = "etag", Attempt = "*" }, MirrorJson.Instance.MirrorHint);
        yield return Sample.Of(MirrorLeaderDocument.New(), MirrorJson.Instance.MirrorLeaderDocument);
        yield return Sample.Of(new IdentityDocument { Format = 1, Id = Guid.NewGuid() }, CoordinationJson.Instance.IdentityDocument);
        yield return Sample.Of(new RequirementsDocument { Format = 1, Requirements = new() { ["library"] = 1 } }, CoordinationJson.Instance.RequirementsDocument);
        yield return Sample.Of(
            new JobDocument
            {
                Format = 1,
                Kind = "scrub",
                State = JobState.Interrupted,
                Owner = "owner",
                Run = 2,
                StartedAt = Time,
                UpdatedAt = Time,
                Parameters = new() { ["prefix"] = "ü/" },
                After = "a/ü.png",
                Counters = new() { ["images"] = 7 },
                LastFailures = [new JobItemFailure { Item = "a.png", Reason = "\"why\"", At = Time }],
                Failure = "why",
            },
            CoordinationJson.Instance.JobDocument);
        yield return Sample.Of(
            new HistoryDocument { Format = 1, At = Time, Mode = "gïn", Keys = ["a.png", "b.png"], Metadata = MetadataDictionary.Empty.Add("k", "v \"x\" é €") },
            HistoryJson.Instance.HistoryDocument);
        yield return Sample.Of(
            new JournalEntry
            {
                Format = 1,
                Owner = "owner",
                State = TransactionState.InDoubt,
                StartedAt = Time,
                Reason = "why",
                Steps = [new JournalStep { Index = 1, Kind = JournalStepKind.Save, Key = "a.png", Before = new ImageETag("one"), Planned = new ImageETag("two"), Name = "n", Argument = "a" }],
            },
            TransactionJson.Instance.JournalEntry);
    }

    [TestCaseSource(nameof(Samples))]
    public void Document_is_read_as_it_was_written(object sample) => ((Sample)sample).ReadsBack();

    // A process of an older version that changes a document leaves what a newer version added, also inside of it.
    [TestCaseSource(nameof(Samples))]
    public void Unknown_properties_survive_a_read_and_a_write(object sample)
    {
        var json = ((Sample)sample).Json();
        json["added"] = JsonNode.Parse("""{ "by": ["a", "later", "version"], "number": 1e400 }""");
        if (json["steps"] is JsonArray steps)
        {
            steps[0]!["added"] = true;
        }

        Assert.That(JsonNode.DeepEquals(((Sample)sample).ReadAndWrite(json), json), Is.True);
    }

    [TestCaseSource(nameof(Samples))]
    public void Missing_null_wrong_and_duplicate_properties_make_a_document_damaged(object sample)
    {
        var document = (Sample)sample;
        using (Assert.EnterMultipleScope())
        {
            // Computed for processes of other versions, which read these properties alone.
            foreach (var (name, value) in document.Json().Where(property => property.Key is not "keys" || !document.IsJournal))
            {
                var (missing, isNull, wrong) = (document.Json(), document.Json(), document.Json());
                missing.Remove(name);
                isNull[name] = null;
                wrong[name] = value is JsonObject ? "text" : new JsonObject();

                var expected = Optional.Contains(name) ? null : typeof(StorageCorruptedException);
                Assert.That(document.FailureOf(missing.ToJsonString())?.GetType(), Is.EqualTo(expected), $"without {name}");
                Assert.That(document.FailureOf(isNull.ToJsonString())?.GetType(), Is.EqualTo(expected), $"{name} is null");
                Assert.That(document.FailureOf(wrong.ToJsonString()), Is.TypeOf<StorageCorruptedException>(), $"{name} is of another type");
                Assert.That(document.FailureOf($$"""{"{{name}}":{{value!.ToJsonString()}},{{document.Json().ToJsonString()[1..]}}"""), Is.TypeOf<StorageCorruptedException>(), $"{name} is there twice");
            }

            foreach (var rubbish in new[] { "", "rubbish", "[]", "null", "7", "{", "{}", """{ "format": 0 }""", """{ "format": "1" }""", document.Json() + "x", "\ufeff" + document.Json() })
            {
                Assert.That(document.FailureOf(rubbish), Is.TypeOf<StorageCorruptedException>(), rubbish);
            }
        }
    }

    [TestCaseSource(nameof(Samples))]
    public void Later_format_is_told_from_damage_whatever_else_it_has(object sample)
    {
        var document = (Sample)sample;
        var later = document.Json();
        later["format"] = 2;

        Assert.That(document.FailureOf(later.ToJsonString()), Is.TypeOf<StorageNotSupportedException>().With.Message.EqualTo("2"));
        Assert.That(document.FailureOf("""{ "everything": ["is", "different"], "format": 3 }"""), Is.TypeOf<StorageNotSupportedException>().With.Message.EqualTo("3"));
    }

    // The reservation is read by processes of every version.
    [TestCase("""{"format":9,"keys":["a.png"],"state":"inDoubt","x":1}""", TransactionState.InDoubt)]
    [TestCase("""{"format":9,"keys":["a.png"],"state":"later"}""", TransactionState.Unreadable)]
    [TestCase("""{"format":9,"keys":["a.png"],"state":{"is":"an object"}}""", TransactionState.Unreadable)]
    [TestCase("""{"format":9,"keys":["a.png"],"state":"7"}""", TransactionState.Unreadable)]
    [TestCase("""{"format":9,"keys":["a.png"]}""", TransactionState.Unreadable)]
    public void Journal_of_a_later_format_still_says_which_images_are_reserved(string json, TransactionState state)
    {
        var reservation = JournalCodec.ReadReservation(Stored(json));

        Assert.That((reservation.Keys.Single(), reservation.KnownState), Is.EqualTo((new ImageKey("a.png"), state)));
        Assert.That(() => JournalCodec.ReadReservation(Stored("""{"format":9,"keys":["../a.png"]}""")), Throws.TypeOf<StorageCorruptedException>());
    }

    // A watcher of an older version records a silence in the document of a newer owner.
    [Test]
    public void Unknown_properties_of_a_lease_survive_the_record_of_a_silence()
    {
        var lease = ProcessLeaseDocument.Read(Stored("""{"renewals":3,"duration":"00:00:30","added":[1]}""")) with { SilentFor = TimeSpan.FromSeconds(7) };

        Assert.That(System.Text.Encoding.UTF8.GetString(lease.ToBytes()), Is.EqualTo("""{"renewals":3,"duration":"00:00:30","silentFor":"00:00:07","added":[1]}"""));
        Assert.That(ProcessLeaseDocument.Read(Stored("rubbish")), Is.EqualTo(new ProcessLeaseDocument()));
    }

    [Test]
    public void Every_document_of_the_library_is_in_this_test()
    {
        var all = typeof(DocumentContent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DocumentContent)) && !type.IsAbstract);
        Type[] others = [typeof(JournalStep), typeof(ProcessLeaseDocument), typeof(JobItemFailure), typeof(JobHead)];

        Assert.That(all.Except(others), Is.EquivalentTo(Samples().Select(sample => sample.Type)));
    }

    // Source generation: no contract is made by reflection, and no context of documents has rules of its own. The alerts are
    // messages to other programs, not documents.
    [Test]
    public void Every_context_has_the_same_rules()
    {
        var contexts = typeof(DocumentContent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(JsonSerializerContext)) && type.Name != "AlertMessages").ToList();
        Assert.That(contexts, Has.Count.GreaterThan(5));
        var rules = DocumentJson.NewRules();
        foreach (var type in contexts)
        {
            var context = (JsonSerializerContext)type.GetProperty("Instance")!.GetValue(null)!;
            Assert.That(context.Options.TypeInfoResolver, Is.SameAs(context));
            foreach (var rule in typeof(JsonSerializerOptions).GetProperties().Where(property => property.CanWrite && property.Name is not nameof(JsonSerializerOptions.TypeInfoResolver)))
            {
                Assert.That(rule.GetValue(context.Options), Is.EqualTo(rule.GetValue(rules)), $"{type.Name}.{rule.Name}");
            }
        }
    }

    private static StoredDocument Stored(string json) => new() { Name = "collection/name", Content = System.Text.Encoding.UTF8.GetBytes(json), ETag = new DocumentETag("1") };

    /// <summary>A document without its type.</summary>
    internal abstract class Sample
    {
        public abstract Type Type { get; }

        public bool IsJournal => Type == typeof(JournalEntry);

        public static Sample Of<T>(T content, JsonTypeInfo<T> contract)
            where T : VersionedContent => new Typed<T>(content, contract);

        public abstract JsonObject Json();

        public abstract void ReadsBack();

        public abstract JsonNode ReadAndWrite(JsonObject json);

        public abstract Exception? FailureOf(string json);

        public override string ToString() => Type.Name;

        private sealed class Typed<T>(T content, JsonTypeInfo<T> contract) : Sample
            where T : VersionedContent
        {
            public override Type Type => typeof(T);

            public override JsonObject Json() => JsonNode.Parse(DocumentJson.Write(content, contract))!.AsObject();

            public override void ReadsBack()
            {
                var bytes = DocumentJson.Write(content, contract);

                Assert.That(DocumentJson.Write(Read(System.Text.Encoding.UTF8.GetString(bytes)), contract), Is.EqualTo(bytes));
                Assert.That(System.Text.Encoding.UTF8.GetString(bytes), Does.StartWith("{\"format\":1,").And.Not.Contain("\\u"), "text is not escaped");
            }

            public override JsonNode ReadAndWrite(JsonObject json) => JsonNode.Parse(DocumentJson.Write(Read(json.ToJsonString()), contract))!;

            public override Exception? FailureOf(string json)
            {
                try
                {
                    Read(json);
                    return null;
                }
                catch (ImageStorageException exception)
                {
                    return exception;
                }
            }

            private T Read(string json) => DocumentJson.Read(
                Stored(json),
                contract,
                1,
                newer => new StorageNotSupportedException(newer.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                failure => new StorageCorruptedException("damaged", failure));
        }
    }
}
