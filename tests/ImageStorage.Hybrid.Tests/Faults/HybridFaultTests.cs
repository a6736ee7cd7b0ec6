namespace ImageStorage.Hybrid.Tests.Faults;

/// <summary>P1 to P4: every call of either half fails once, before its effect and behind it, in every act; and the process ends at each of these moments.</summary>
public class HybridFaultTests
{
    private const string Neighbour = "folder/neighbour.png";

    private static readonly Dictionary<string, Func<Exception>> Faults = new()
    {
        ["unavailable"] = () => new StorageUnavailableException("The line is dead.") { Provider = "Half" },
        ["full"] = () => new StorageFullException("No room.") { Provider = "Half" },
        ["corrupted"] = () => new ImageCorruptedException("Rubbish.") { Provider = "Half" },

        // What a client says whose first attempt won and whose repetition then found it there.
        ["conflict"] = () => new ImageConflictException("Somebody was faster.") { Provider = "Half" },
        ["refused"] = () => new ImageValidationException(ImageValidationKind.InvalidArgument, "Not that.") { Provider = "Half" },
        ["cancelled"] = () => new OperationCanceledException(),
    };

    private static IEnumerable<TestCaseData> Cases() =>
        from act in HybridAct.All
        from isFirst in new[] { false, true }
        where !isFirst || act.Old is null
        select new TestCaseData(act, isFirst).SetArgDisplayNames(act.Name, isFirst ? "first use" : "in use");

    private static IEnumerable<TestCaseData> FaultCases() =>
        from known in Cases()
        from fault in Faults.Keys
        select new TestCaseData(known.Arguments[0], known.Arguments[1], fault).SetArgDisplayNames($"{known.Arguments[0]}", (bool)known.Arguments[1]! ? "first use" : "in use", fault);

    [TestCaseSource(nameof(FaultCases))]
    public async Task A_fault_at_any_moment_leaves_the_old_or_the_new_image_whole(object act, bool isFirst, string fault)
    {
        var known = (HybridAct)act;
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
    public async Task The_end_of_the_process_at_any_moment_leaves_the_old_or_the_new_image_whole(object act, bool isFirst)
    {
        var known = (HybridAct)act;
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

    /// <summary>Runs one act with what happens at its moments, checks all, and answers the number of moments.</summary>
    private static async Task<int> RunAsync(HybridAct act, bool isFirst, Action<int, string>? reached)
    {
        var world = new HybridWorld();
        ImageETag? etag = null;
        if (!isFirst)
        {
            await using var before = world.Storage();
            await before.SaveBytesAsync(Neighbour, HybridWorld.Large(7));
            etag = act.Old is null ? null : (await before.SaveBytesAsync(HybridAct.Key, act.Old)).ETag;
        }

        var moments = new Moments { Reached = reached };
        var failure = await CaughtAsync(async () =>
        {
            await using var storage = world.Storage(moments);
            await act.Run(storage, etag);
        });

        var told = $"{act.Name}, moments: {string.Join(", ", moments.Names)}; outcome: {failure?.GetType().Name ?? "success"}";
        await using (var after = world.Storage())
        {
            var isNew = await act.IsAsync(after, after: true);
            Assert.That(isNew || await act.IsAsync(after, after: false), Is.True, $"Neither old nor new. {told}");
            Assert.That(failure is not null || isNew, Is.True, $"Acknowledged and not there. {told}");
            Assert.That(failure, reached is null ? Is.Null : Is.Null.Or.InstanceOf<ImageStorageException>().Or.InstanceOf<OperationCanceledException>().Or.InstanceOf<ProcessEndedException>(), told);
            AssertNamesTheWhole(failure);
            if (!isFirst)
            {
                Assert.That((await after.GetBytesAsync(Neighbour)).AsSpan().SequenceEqual(HybridWorld.Large(7)), Is.True, $"The neighbour suffered. {told}");
            }

            if (!isNew)
            {
                await act.Run(after, etag);
                Assert.That(await act.IsAsync(after, after: true), Is.True, $"Done again without a fault. {told}");
            }
        }

        await world.AssertSoundAsync();
        return moments.Count;
    }

    // P7: whoever calls knows one store, and no half.
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
            // The boundary of the act under test: whatever it throws is what the test looks at.
            return exception;
        }
    }
}
