using System.Runtime.InteropServices;

namespace ImageStorage.Tool;

/// <summary>
/// Cancels the command at Ctrl+C and SIGTERM, and ends the process with the exit code of the signal. A command that does
/// not end within two seconds, such as one that waits for its input, is abandoned: an unfinished write leaves no image.
/// </summary>
internal sealed class TerminationSignals : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource<int> _signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    public TerminationSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => End(context, ExitCode.Cancelled)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, ExitCode.Terminated)),
    ];

    /// <summary>Runs a command. A command that ends in spite of the signal keeps its own exit code.</summary>
    public async Task<int> RunAsync(Func<CancellationToken, Task<int>> command)
    {
        var running = StartAsync(command);
        if (await Task.WhenAny(running, _signalled.Task) != running)
        {
            await Task.WhenAny(running, Task.Delay(Patience));
        }

        var code = running.IsCompleted ? await running : ExitCode.Cancelled;
        return code == ExitCode.Cancelled && _signalled.Task.IsCompleted ? await _signalled.Task : code;
    }

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());

        // A signal that arrives now finds the command ended.
        _signalled.TrySetResult(ExitCode.Success);
        _cancellation.Dispose();
    }

    private async Task<int> StartAsync(Func<CancellationToken, Task<int>> command)
    {
        // A command that waits for its input without an await can be abandoned, too.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return await command(_cancellation.Token);
    }

    private void End(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        if (_signalled.TrySetResult(exitCode))
        {
            _cancellation.Cancel();
        }
    }
}
