"""Paths between jobs, in plain Python."""


def reach(start, edges, depth):
    """Return the jobs reached from one, with the number of steps, and the paths that lead further.

    :param start: job to begin at
    :param edges: ``[(job, near job, kind, months)]``
    :param depth: highest number of steps
    :return: ``({job: steps}, [edges])``; a path is kept when it goes to a job as far or further than where it begins
    """
    following = {}
    for edge in edges:
        following.setdefault(edge[0], []).append(edge)
    steps, front = {start: 0}, [start]
    for step in range(1, depth + 1):
        reached = []
        for job in front:
            for _job, near, _kind, _months in following.get(job, ()):
                if near not in steps:
                    steps[near] = step
                    reached.append(near)
        front = reached
    kept = [edge for edge in edges if edge[0] in steps and edge[1] in steps and steps[edge[1]] > steps[edge[0]]]
    return steps, kept
