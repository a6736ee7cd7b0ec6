namespace ImageStorage.Hybrid.Tests.Faults;

/// <summary>P1 to P4: every call of either part fails once, before its effect and after it, in every operation; and the process ends at each of these moments.</summary>
public class HybridFaultTests
{
    private const string Neighbour = "folder/neighbour.png";

    private static readonly Dictionary<string, Func<Exception>> Faults = new()
    {
        ["unavailable"] = () => new StorageUnavailableException("The line is dead.") { Provider = "Part" },
        ["full"] = () => new StorageFullException("No room.") { Provider = "Part" },
        ["corrupted"] = () => new ImageCorruptedException("Rubbish.") { Provider = "Part" },

        // The answer of a client whose first attempt succeeded and whose repetition found the image.
        ["conflict"] = () => new ImageConflictException("Another writer was faster.") { Provider = "Part" },
        ["refused"] = () => new ImageValidationException(ImageValidationKind.InvalidMetadata, "Not that.") { Provider = "Part" },
        ["cancelled"] = () => new OperationCanceledException(),
    };

    private static IEnumerable<TestCaseData> Cases() =>
        from operation in HybridOperation.All
        from isFirst in new[] { false, true }
        where !isFirst || operation.Old is null
        select new TestCaseData(operation, isFirst).SetArgDisplayNames(operation.Name, isFirst ? "first use" : "in use");

    private static IEnumerable<TestCaseData> FaultCases() =>
        from known in Cases()
        from fault in Faults.Keys
        select new TestCaseData(known.Arguments[0], known.Arguments[1], fault).SetArgDisplayNames($"{known.Arguments[0]}", (bool)known.Arguments[1]! ? "first use" : "in use", fault);

    [TestCaseSource(nameof(FaultCases))]
    public async Task A_fault_at_any_moment_leaves_the_old_or_the_new_image(object operation, bool isFirst, string fault)
    {
        var known = (HybridOperation)operation;
        var count = await RunAsync(known, isFirst, null);
        for (var at = 0; at < count; at++)
        {
            var moment = at;
            await RunAsync(known, isFirst, (reached, _) =>
            {
                if (reached == moment)
                {
                    throw Faults[fault]();
                }
            });
        }
    }

    [TestCaseSource(nameof(Cases))]
    public async Task The_end_of_the_process_at_any_moment_leaves_the_old_or_the_new_image(object operation, bool isFirst)
    {
        var known = (HybridOperation)operation;
        var count = await RunAsync(known, isFirst, null);
        for (var at = 0; at < count; at++)
        {
            var moment = at;
            await RunAsync(known, isFirst, (reached, _) =>
            {
                // The dead do nothing more.
                if (reached >= moment)
                {
                    throw new ProcessEndedException();
                }
            });
        }
    }

    /// <summary>
    /// Runs one operation with a fault at its moments, checks all promises, and returns the number of moments.
    /// </summary>
    private static async Task<int> RunAsync(HybridOperation operation, bool isFirst, Action<int, string>? reached)
    {
        var world = new HybridWorld();
        ImageETag? etag = null;
        if (!isFirst)
        {
            await using var before = world.Storage();
            await before.SaveBytesAsync(Neighbour, HybridWorld.Large(7));
            etag = operation.Old is null ? null : (await before.SaveBytesAsync(HybridOperation.Key, operation.Old)).ETag;
        }

        var moments = new Moments { Reached = reached };
        var failure = await CaughtAsync(async () =>
        {
            await using var storage = world.Storage(moments);
            await operation.Run(storage, etag);
        });

        var context = $"{operation.Name}, moments: {string.Join(", ", moments.Names)}; outcome: {failure?.GetType().Name ?? "success"}";
        await using (var after = world.Storage())
        {
            var isNew = await operation.IsAsync(after, after: true);
            Assert.That(isNew || await operation.IsAsync(after, after: false), Is.True, $"Neither old nor new. {context}");
            Assert.That(failure is not null || isNew, Is.True, $"Acknowledged and not there. {context}");
            Assert.That(failure, reached is null ? Is.Null : Is.Null.Or.InstanceOf<ImageStorageException>().Or.InstanceOf<OperationCanceledException>().Or.InstanceOf<ProcessEndedException>(), context);
            AssertNamesTheWhole(failure);
            if (!isFirst)
            {
                Assert.That((await after.GetBytesAsync(Neighbour)).AsSpan().SequenceEqual(HybridWorld.Large(7)), Is.True, $"The neighbour suffered. {context}");
            }

            if (!isNew)
            {
                await operation.Run(after, etag);
                Assert.That(await operation.IsAsync(after, after: true), Is.True, $"Done again without a fault. {context}");
            }
        }

        await world.AssertSoundAsync();
        return moments.Count;
    }

    // P7: the caller sees a single store, never a part.
    private static void AssertNamesTheWhole(Exception? failure)
    {
        if (failure is ImageStorageException typed)
        {
            Assert.That(typed.Provider, Is.EqualTo("Hybrid"));
            Assert.That(typed.Message, Does.Contain("Hybrid"));
        }
    }

    private static async Task<Exception?> CaughtAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (Exception exception)
        {
            // The boundary of the operation under test: the test examines each exception.
            return exception;
        }
    }
}
