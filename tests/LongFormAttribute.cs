using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace ImageStorage;

/// <summary>
/// Skips a fixture in the short forms. For fixtures that cannot fail differently from another fixture of the short
/// forms; docs/design/testing.md names that fixture.
/// </summary>
/// <param name="reason">What tests the same in the short forms.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class LongFormAttribute(string reason) : NUnitAttribute, IApplyToTest
{
    /// <inheritdoc/>
    public void ApplyToTest(Test test)
    {
        if (!TestLength.IsLong && test.RunState == RunState.Runnable)
        {
            test.RunState = RunState.Ignored;
            test.Properties.Set(PropertyNames.SkipReason, $"Only in the long form: {reason}");
        }
    }
}
